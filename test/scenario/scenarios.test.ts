import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startBackends } from './backends.ts'
import { findScenarios } from './folders.ts'
import { playExchange } from './play-traffic.ts'
import { runStages, type Stages, stageFiles } from './run-stages.ts'
import { startPlane } from './start-plane.ts'
import { parseTraffic } from './traffic.ts'

const root = join(import.meta.dirname, '../..')
const update = process.env.UPDATE_SCENARIOS !== undefined
const chosen = process.env.SCENARIOS?.split('\n')

for (const folder of findScenarios(root).filter((one) => chosen === undefined || chosen.includes(one))) {
  describe(folder, { concurrency: false }, () => {
    let stages: Stages | undefined
    test('input.yaml', () => {
      stages = runStages(folder)
    })
    for (const name of stageFiles) {
      const file = join(root, folder, name)
      test(name, () => {
        assert.ok(stages, 'the input is not valid')
        if (update) return write(file, stages.texts[name])
        assert.equal(existsSync(file) ? readFileSync(file, 'utf8') : '', stages.texts[name])
      })
    }
    const traffic = join(root, folder, 'traffic.yaml')
    if (!existsSync(traffic)) return
    test('traffic', async (t) => {
      assert.ok(stages, 'the input is not valid')
      const backends = await startBackends(stages.snapshot)
      const plane = await startPlane(backends.snapshot)
      try {
        for (const exchange of parseTraffic(readFileSync(traffic, 'utf8'))) {
          await t.test(exchange.name, () => playExchange(exchange, plane, backends))
        }
      } finally {
        await plane.close()
        await backends.close()
      }
    })
  })
}

/** A stage that says nothing has no file. */
function write(file: string, text: string): void {
  if (text === '') rmSync(file, { force: true })
  else writeFileSync(file, text)
}
