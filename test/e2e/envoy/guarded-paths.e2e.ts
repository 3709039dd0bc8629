import { test } from 'node:test'
import { assertGuardHolds, guards } from '../guarded-paths.ts'
import { installEnvoy } from './install-envoy.ts'

for (const [name, guard] of Object.entries(guards))
  test(`no spelling of a path gets past its guard on Envoy: ${name}`, async (t) =>
    assertGuardHolds(t, guard, ['--plane', 'envoy', '--envoy', await installEnvoy()]))
