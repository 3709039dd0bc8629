import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EnvoyResources, noEnvoyResources, type ResourceKind } from '../envoy-resources.ts'
import type { Message } from '../message.ts'
import { NodeState } from './node-state.ts'

const kinds = ['cluster', 'virtualHost'] as const

/** Version 0 is one that the check refuses. */
function build(kind: (typeof kinds)[number], name: string, version: number): Message {
  if (kind === 'cluster') return { name, connect_timeout: version === 0 ? '-1s' : `${version}s` }
  return { name, domains: version === 0 ? [] : [`v${version}.test`] }
}

function describe(state: NodeState, kind: ResourceKind) {
  const served = [...state.served(kind)].map(([name, { version }]) => `${name} ${version}`).sort()
  return { served, refusals: state.refusals.map(({ name, message }) => `${name}: ${message}`).sort() }
}

test('what is published step by step comes to the same as the last alone', () => {
  let seed = 1
  const pick = (count: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * count)
  }
  for (const kind of kinds) {
    const state = new NodeState()
    const objects = new Map<string, Message>()
    for (let step = 0; step < 300; step++) {
      const name = `n${pick(6)}`
      if (pick(3) === 0) objects.delete(name)
      else objects.set(name, build(kind, name, pick(4)))
      const list = [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
      const resources: EnvoyResources = { ...noEnvoyResources, [kind]: list }
      const before = new Map(state.served(kind))
      const touched = [...state.publish(resources), ...state.sweep()]
      const changed = [...new Set([...before.keys(), ...state.served(kind).keys()])].filter(
        (one) => before.get(one)?.version !== state.served(kind).get(one)?.version,
      )
      assert.deepEqual([...new Set(touched.map((one) => one.name))].sort(), changed.sort(), `${kind} ${step}`)

      // One whose last version is invalid is served as it was before; who never had it has nothing to serve.
      const alone = new NodeState()
      alone.publish(resources)
      const invalid = new Set(alone.refusals.map((one) => one.name))
      const seen = describe(state, kind)
      const valid = seen.served.filter((line) => !invalid.has(line.split(' ')[0]!))
      assert.deepEqual({ ...seen, served: valid }, describe(alone, kind), `${kind} ${step}`)
    }
  }
})

test('what Envoy refused after it was no longer wanted is forgotten with the next configuration', () => {
  const state = new NodeState()
  const resources = { ...noEnvoyResources, cluster: [build('cluster', 'a', 1)] }
  state.publish(resources)
  const [a] = [...state.served('cluster').values()]
  state.publish(noEnvoyResources)
  state.refuse('cluster', a!, 'no')
  assert.equal(state.refusals.length, 1)
  state.publish(noEnvoyResources)
  assert.deepEqual(state.refusals, [])
})
