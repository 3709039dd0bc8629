import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { supportedFeatures } from '#features/supported.ts'
import { gatewayApiFeatures } from '../../scripts/generate/gateway-api-features.ts'
import { findShows, showsOf } from '../../scripts/generate/shown-by.ts'
import { readSlices } from '../../scripts/generate/slices.ts'
import { clusterFeatures } from '../../src/apps/cluster-features.ts'
import { report } from './tree.ts'

const root = join(import.meta.dirname, '../..')
const all = Object.values(gatewayApiFeatures).flat()

/** Not built yet, or not yet said in supports. It must only get shorter. */
const notYet: readonly string[] = []

/** Those of the standalone gateway, and those that `headgate controller` adds. */
const claimed = [...supportedFeatures, ...clusterFeatures]

test('every feature that we claim is one of Gateway API', () => {
  const unknown = claimed.filter((name) => !all.includes(name))
  assert.equal(unknown.length, 0, report('no names of pkg/features:', unknown))
})

test('every feature of Gateway API is claimed, or stands in the list of what is not built yet', () => {
  const missing = all.filter((name) => !claimed.includes(name) && !notYet.includes(name))
  assert.equal(missing.length, 0, report('features that nobody claims:', missing))
  const done = notYet.filter((name) => claimed.includes(name) || !all.includes(name))
  assert.equal(done.length, 0, report('built by now, take them from the list notYet:', done))
})

test('every feature that we claim is tried by a scenario with traffic, or a test of its name', async () => {
  const shows = findShows(root, await readSlices(root))
  const untried = supportedFeatures.filter((name) => showsOf(shows, name).length === 0)
  assert.equal(untried.length, 0, report('features without a scenario or test:', untried))
})
