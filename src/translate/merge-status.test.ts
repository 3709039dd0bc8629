import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import { conditionOf, trueCondition } from './condition.ts'
import { mergeStatus } from './merge-status.ts'
import { object } from './objects.fixture.ts'
import type { RouteStatus } from './status.ts'

const writer = { controllerName: 'ours.example/c', now: '2026-02-02T00:00:00Z' }
const then = '2026-01-01T00:00:00Z'
const parentRef = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }

function routeStatus(generation: number, refused = false): RouteStatus {
  const problem = refused ? { reason: 'NoMatchingParent', message: 'no', path: '' } : undefined
  const conditions = [conditionOf('Accepted', generation, problem)]
  return { kind: 'Route', parents: [{ parentRef, controllerName: writer.controllerName, conditions }] }
}

function parents(merged: KubeObject): readonly Record<string, unknown>[] {
  return (merged.status as { parents: Record<string, unknown>[] }).parents
}

function route(...before: readonly object[]): KubeObject {
  return object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'r', { spec: {}, status: { parents: before } })
}

const accepted = { ...trueCondition('Accepted', 1), lastTransitionTime: then }
const foreignCondition = {
  type: 'example.com/Green',
  status: 'True',
  reason: 'Yes',
  message: '',
  lastTransitionTime: then,
}
const foreign = { parentRef, controllerName: 'theirs.example/c', conditions: [{ ...accepted, status: 'False' }] }
const own = { parentRef, controllerName: writer.controllerName, conditions: [foreignCondition, accepted] }

test('row 14: conditions and entries of others stay untouched and in place', () => {
  const merged = parents(mergeStatus(route(own, foreign), routeStatus(2), writer))
  assert.deepEqual(merged[1], foreign)
  assert.deepEqual(merged[0]!.conditions, [foreignCondition, { ...accepted, observedGeneration: 2 }])
})

test('row 14: a time changes when the status turns, and only then', () => {
  const [merged] = parents(mergeStatus(route(own), routeStatus(1, true), writer))
  const [, condition] = merged!.conditions as { status: string; lastTransitionTime: string }[]
  assert.deepEqual([condition!.status, condition!.lastTransitionTime], ['False', writer.now])
})

test('row 14: stale entries of ours go, also when nothing of ours is left to say', () => {
  const stale = { ...own, parentRef: { name: 'gone' } }
  assert.deepEqual(parents(mergeStatus(route(stale, foreign, own), routeStatus(1), writer)), [foreign, own])
  assert.deepEqual(parents(mergeStatus(route(stale, foreign, own), undefined, writer)), [foreign])
})

test('row 13: what was observed at a later generation stays', () => {
  const later = { ...own, conditions: [{ ...accepted, observedGeneration: 7 }] }
  assert.deepEqual(parents(mergeStatus(route(later), routeStatus(6, true), writer)), [later])
})

test('what we said and do not say any more goes, unless somebody later has said it', () => {
  const partly = { ...trueCondition('PartiallyInvalid', 1, 'UnsupportedValue'), lastTransitionTime: then }
  const [merged] = parents(mergeStatus(route({ ...own, conditions: [accepted, partly] }), routeStatus(2), writer))
  assert.deepEqual(merged!.conditions, [{ ...accepted, observedGeneration: 2 }])
  const later = { ...partly, observedGeneration: 3 }
  const [kept] = parents(mergeStatus(route({ ...own, conditions: [accepted, later] }), routeStatus(2), writer))
  assert.deepEqual((kept!.conditions as object[])[1], later)
})

test('row 14: with nothing new the object is the same, so that nobody writes it', () => {
  const before = route(foreign, own)
  assert.equal(mergeStatus(before, routeStatus(1), writer), before)
})

test('row 14: conditions of others on listeners stay, listeners that are gone go', () => {
  const listener = (name: string, conditions: readonly object[]) => ({
    name,
    attachedRoutes: 0,
    supportedKinds: [],
    conditions,
  })
  const before = object('gateway.networking.k8s.io/v1', 'Gateway', 'gw', {
    spec: {},
    status: { extra: 1, listeners: [listener('old', [accepted]), listener('http', [accepted, foreignCondition])] },
  })
  const ours = listener('http', [trueCondition('Accepted', 1)])
  const status = { kind: 'Gateway', conditions: [], addresses: [], attachedListenerSets: 0, listeners: [ours] } as const
  const merged = mergeStatus(before, status as never, writer).status as Record<string, unknown>
  assert.deepEqual(merged.listeners, [listener('http', [accepted, foreignCondition])])
  assert.equal(merged.extra, 1)
})
