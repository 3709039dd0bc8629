import { testGrpcAuthoriser } from '../ext-auth.ts'
import { installEnvoy } from './install-envoy.ts'

testGrpcAuthoriser('envoy', async () => ['--plane', 'envoy', '--envoy', await installEnvoy()])
