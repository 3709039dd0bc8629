import { test } from 'node:test'
import { staysInItsZone } from '../zone.ts'
import { installEnvoy } from './install-envoy.ts'

test('Envoy keeps requests in its zone where a policy asks for it', async (t) =>
  staysInItsZone(t, 'preferLocal', ['--plane', 'envoy', '--envoy', await installEnvoy(), '--workers', '1']))
