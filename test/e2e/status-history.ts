import type { FakeApiServer } from '../../src/kube/fake-api-server.fixture.ts'
import { type ClusterObject, type SeenCondition, type SeenStatus, statusOf } from './fake-cluster.ts'

/** The statuses of objects as they are, but for times. */
export function describeStatuses(fake: FakeApiServer, objects: readonly ClusterObject[]): string {
  const text = objects.map((object) => `${nameOf(object)} ${JSON.stringify(statusOf(fake, object), withoutTimes)}`)
  return text.sort().join('\n')
}

function withoutTimes(key: string, value: unknown): unknown {
  return key === 'lastTransitionTime' ? undefined : value
}

/** Conditions that went back to what they had said of the same generation before: `Gateway/a/gw Programmed: True, False, True`. */
export function findFlapping(writes: readonly ClusterObject[]): string[] {
  const told = new Map<string, string[]>()
  for (const object of writes) {
    for (const [place, { type, status, reason, observedGeneration }] of conditionsOf(
      (object.status ?? {}) as SeenStatus,
    )) {
      const key = `${nameOf(object)} ${place}${type} of generation ${observedGeneration}`
      const history = told.get(key) ?? []
      if (history.at(-1) !== `${status} ${reason}`) history.push(`${status} ${reason}`)
      told.set(key, history)
    }
  }
  return [...told]
    .filter(([, history]) => new Set(history).size < history.length)
    .map(([key, history]) => `${key}: ${history.join(', ')}`)
}

function conditionsOf({ conditions = [], listeners = [], parents = [] }: SeenStatus): [string, SeenCondition][] {
  return [
    ...conditions.map((one): [string, SeenCondition] => ['', one]),
    ...listeners.flatMap((listener, i) =>
      listener.conditions.map((one): [string, SeenCondition] => [`listener ${i} `, one]),
    ),
    ...parents.flatMap(({ parentRef, controllerName, conditions }) =>
      conditions.map((one): [string, SeenCondition] => [`parent ${parentRef.name} by ${controllerName} `, one]),
    ),
  ]
}

function nameOf({ kind, metadata }: ClusterObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}
