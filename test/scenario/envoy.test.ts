import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type BuiltResources, buildResources, resourceKinds, usualRateLimits, usualSystemTrust } from '#envoy'
import { packResource } from '#envoy/control'
import { envoyFilters } from '#features/envoy.ts'
import { filterOrder } from '#features/order.ts'
import type { Snapshot } from '#ir'
import { findScenarios } from './folders.ts'
import { printEnvoy } from './print-envoy.ts'
import { runStages, usual } from './run-stages.ts'

// What Envoy itself says to the resources is seen in `npm run e2e:envoy`, which needs Envoy.

const root = join(import.meta.dirname, '../..')
const chosen = process.env.SCENARIOS?.split('\n')
const update = process.env.UPDATE_SCENARIOS !== undefined
const usualResources = build(usual, 'inline').resources

function build(snapshot: Snapshot, virtualHosts: 'apart' | 'inline'): BuiltResources {
  return buildResources(snapshot, {
    filters: envoyFilters,
    filterOrder,
    bind: ['0.0.0.0'],
    systemTrust: usualSystemTrust,
    rateLimits: usualRateLimits,
    virtualHosts,
  })
}

for (const folder of findScenarios(root).filter((one) => chosen === undefined || chosen.includes(one))) {
  test(`${folder} on Envoy`, () => {
    const { snapshot } = runStages(folder)
    const { resources } = build(snapshot, 'apart')
    for (const kind of resourceKinds) {
      for (const resource of resources[kind]) {
        const packed = packResource(kind, resource)
        assert.ok(packed.ok, packed.ok ? '' : packed.problems.map(({ message }) => message).join('\n'))
      }
    }
    // Where a reader is helped by it; an empty file asks for it.
    const file = join(root, folder, 'envoy.yaml')
    if (!existsSync(file)) return
    const text = printEnvoy(build(snapshot, 'inline'), usualResources)
    if (update) writeFileSync(file, text)
    else assert.equal(readFileSync(file, 'utf8'), text)
  })
}
