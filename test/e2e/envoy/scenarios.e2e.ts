import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { findPlayed } from '../../../scripts/generate/played.ts'
import { startBackends } from '../../scenario/backends.ts'
import { findScenarios } from '../../scenario/folders.ts'
import { playExchange } from '../../scenario/play-traffic.ts'
import { runStages } from '../../scenario/run-stages.ts'
import { parseTraffic } from '../../scenario/traffic.ts'
import { EnvoyPlane } from './envoy-plane.ts'
import { installEnvoy } from './install-envoy.ts'
import { startRateLimits } from './rate-limits.ts'
import { skippedExchanges } from './skipped.ts'

const root = join(import.meta.dirname, '../../..')
const chosen = process.env.SCENARIOS?.split('\n')

describe('scenarios on Envoy', { concurrency: false }, () => {
  let plane: EnvoyPlane
  let rateLimits: Awaited<ReturnType<typeof startRateLimits>>
  const folder = mkdtempSync(join(tmpdir(), 'headgate-limits-'))
  before(async () => {
    rateLimits = await startRateLimits(join(folder, 'limits.sock'))
    plane = await EnvoyPlane.start(await installEnvoy(), { rateLimits })
  })
  after(async () => {
    await plane?.close()
    rateLimits[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })

  const played = new Set<string>()
  const folders = findScenarios(root).filter((one) => existsSync(join(root, one, 'traffic.yaml')))
  for (const folder of folders.filter((one) => chosen === undefined || chosen.includes(one))) {
    test(folder, async (t) => {
      const backends = await startBackends(runStages(folder).snapshot)
      try {
        const running = await plane.serve(backends.snapshot)
        for (const exchange of parseTraffic(readFileSync(join(root, folder, 'traffic.yaml'), 'utf8'))) {
          const skip = skippedExchanges[folder]?.[exchange.name] ?? false
          await t.test(exchange.name, { skip }, async () => {
            await playExchange(exchange, running, backends)
            played.add(folder)
          })
        }
      } finally {
        await backends.close()
      }
    })
  }

  test('what the tables of capabilities count on has been played', { skip: chosen !== undefined }, () => {
    assert.deepEqual(
      findPlayed(root, 'envoy').filter((folder) => !played.has(folder)),
      [],
    )
  })

  test('it never crashed', () => {
    assert.deepEqual(plane.crashes, [])
  })
})
