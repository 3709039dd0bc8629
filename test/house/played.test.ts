import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { supportedFeatures } from '#features/supported.ts'
import type { PlaneName } from '#translate'
import { otherParts } from '../../scripts/generate/other-parts.ts'
import { findPlayed, findSeenOnEnvoy, findWrittenFields } from '../../scripts/generate/played.ts'
import { isObeyed, isTried, readPolicyFields } from '../../scripts/generate/policy-fields.ts'
import { findShows, showsOf } from '../../scripts/generate/shown-by.ts'
import { readSlices } from '../../scripts/generate/slices.ts'
import { report } from './tree.ts'
import { untriedFields } from './untried-fields.ts'

const root = join(import.meta.dirname, '../..')
const slices = await readSlices(root)
const planes = ['embedded', 'envoy'] as const satisfies readonly PlaneName[]
const written = new Map(planes.map((plane) => [plane, findWrittenFields(root, findPlayed(root, plane))]))

/** Fields that are said to be obeyed on a plane, and that it has not been seen to obey. */
const untried = new Map(
  await Promise.all(
    planes.map(async (plane) => {
      const fields = [...(await readPolicyFields(root, slices))]
      const names = fields.flatMap(([kind, list]) =>
        list
          .filter((field) => isObeyed(field, plane) && !isTried(kind, field, written.get(plane)!))
          // What stands in backendSettings must be tried as the field of BackendTrafficPolicy that it is.
          .map(({ path, ownPath }) => (path === ownPath ? `${kind} ${path}` : `BackendTrafficPolicy ${ownPath}`)),
      )
      return [plane, [...new Set(names)]] as const
    }),
  ),
)

for (const plane of planes)
  test(`every field of a policy that is said to be obeyed is played: ${plane}`, () => {
    const listed = Object.keys(untriedFields)
    const missing = untried.get(plane)!.filter((name) => !listed.some((one) => name.startsWith(one)))
    assert.equal(missing.length, 0, report('fields in no scenario that is played:', missing))
  })

test('what is listed as untried is so', () => {
  const names = [...untried.values()].flat()
  const tried = Object.keys(untriedFields).filter((listed) => !names.some((name) => name.startsWith(listed)))
  assert.equal(tried.length, 0, report('played by now, take them from the list:', tried))
})

test('every feature and part that Envoy is said to have is played on it', () => {
  const seen = findSeenOnEnvoy(root)
  const shows = findShows(root, slices)
  const unable = new Set(
    slices.slices.flatMap(({ supports, unsupportedOnEnvoy }) => (unsupportedOnEnvoy === undefined ? [] : supports)),
  )
  const missing = [
    ...supportedFeatures.filter(
      (name) => !unable.has(name) && !showsOf(shows, name).some(seen.scenario) && !seen.test(name),
    ),
    ...otherParts.filter(({ scenario }) => !seen.scenario(`test/scenarios/${scenario}`)).map(({ name }) => name),
    ...slices.slices
      .filter(({ unsupportedOnEnvoy }) => unsupportedOnEnvoy === undefined)
      .filter(({ folder }) => !seen.scenario(`src/features/${folder}/scenarios`))
      .map(({ folder }) => folder),
  ]
  assert.equal(missing.length, 0, report('nothing shows them on Envoy:', missing))
})
