import { test } from 'node:test'
import { assertGuardHolds, guards } from './guarded-paths.ts'

for (const [name, guard] of Object.entries(guards))
  test(`no spelling of a path gets past its guard: ${name}`, (t) => assertGuardHolds(t, guard))
