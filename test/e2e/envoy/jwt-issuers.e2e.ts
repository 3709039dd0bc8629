import { testIssuers } from '../jwt-issuers.ts'
import { installEnvoy } from './install-envoy.ts'

testIssuers('envoy', async () => ['--plane', 'envoy', '--envoy', await installEnvoy()])
