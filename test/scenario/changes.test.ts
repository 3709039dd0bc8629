import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import { defaultClientSettings } from '#ir'
import type { RouteStatus } from '#translate'
import { translatorFor } from '../../src/apps/wiring.ts'
import { readObjects } from './read-objects.ts'

const scenarios = join(import.meta.dirname, '../scenarios')

/** The rows of the specification that are about a change, played on the inputs of their neighbours. */
function start(scenario: string) {
  const objects = new Map([
    ...readObjects(join(scenarios, 'base.yaml')),
    ...readObjects(join(scenarios, scenario, 'input.yaml')),
  ])
  const translator = translatorFor({
    controllerName: 'headgate.dev/gateway-controller',
    client: defaultClientSettings,
  })
  const put = (key: ObjectKey, object: KubeObject): ObjectChange => ({ kind: 'put', key, object })
  return {
    objects,
    translation: translator.apply([...objects].map(([key, object]) => put(key, object))),
    apply: (...changes: ObjectChange[]) => translator.apply(changes),
    put,
  }
}

function parentsOf(statuses: ReadonlyMap<ObjectKey, unknown>, key: ObjectKey): RouteStatus['parents'] {
  return (statuses.get(key) as RouteStatus).parents
}

test('row 13: a new generation is observed even when nothing else changed', () => {
  const { objects, put, apply } = start('row-13-observed-generation')
  const key = 'HTTPRoute/default/r'
  const route = objects.get(key)!
  const { statuses, delta } = apply(put(key, { ...route, metadata: { ...route.metadata, generation: 8 } }))
  const conditions = parentsOf(statuses, key).flatMap((parent) => parent.conditions)
  assert.ok(conditions.length > 0)
  for (const { type, observedGeneration } of conditions) assert.equal(observedGeneration, 8, type)
  assert.deepEqual(delta.routes.put, [], 'and no route is sent again')
})

test('row 22: taking a ReferenceGrant away closes the route at once', () => {
  const { translation, apply } = start('row-22-reference-grant')
  const action = ({ snapshot }: typeof translation) =>
    snapshot.routes.find(({ origin }) => origin.name === 'granted')?.action.kind
  assert.equal(action(translation), 'forward')
  const after = apply({ kind: 'delete', key: 'ReferenceGrant/granted/all-services' })
  assert.equal(action(after), 'respond')
  const [parent] = parentsOf(after.statuses, 'HTTPRoute/default/granted')
  assert.equal(parent?.conditions.find(({ type }) => type === 'ResolvedRefs')?.reason, 'RefNotPermitted')
})

test('row 47: a parentRef that is taken away takes its status entry along', () => {
  const { objects, translation, put, apply } = start('row-16-one-listener-is-enough')
  const key = 'HTTPRoute/default/each'
  assert.equal(parentsOf(translation.statuses, key).length, 2)
  const route = objects.get(key)!
  const spec = route.spec as { readonly parentRefs: readonly unknown[] }
  const { statuses } = apply(put(key, { ...route, spec: { ...spec, parentRefs: spec.parentRefs.slice(0, 1) } }))
  assert.deepEqual(
    parentsOf(statuses, key).map(({ parentRef }) => parentRef.sectionName),
    ['a'],
  )
})
