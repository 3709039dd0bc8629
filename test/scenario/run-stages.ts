import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import { defaultClientSettings, type Snapshot } from '#ir'
import { type Condition, formatStatuses, type Status, type Translation } from '#translate'
import { GatewayReports } from '../../src/apps/gateway-reports.ts'
import { translatorFor } from '../../src/apps/wiring.ts'
import { printSnapshot } from './print-snapshot.ts'
import { readObjects } from './read-objects.ts'

const root = join(import.meta.dirname, '../..')
const base = new Map(
  ['base.yaml', 'certificates.yaml'].flatMap((file) => [...readObjects(join(root, 'test/scenarios', file))]),
)

/** What a scenario's input becomes. */
export interface Stages {
  readonly snapshot: Snapshot
  /** The text of each stage; '' for one that says nothing. */
  readonly texts: Readonly<Record<StageFile, string>>
}

export const stageFiles = ['snapshot.yaml', 'statuses.txt'] as const
export type StageFile = (typeof stageFiles)[number]

/** @param folder absolute, or relative to the root */
export function runStages(folder: string): Stages {
  const objects = new Map([...base, ...readObjects(resolve(root, folder, 'input.yaml'))])
  const { snapshot, statuses } = translate(objects)
  checkGenerations(objects, statuses)
  return {
    snapshot,
    texts: { 'snapshot.yaml': printSnapshot(snapshot, usual), 'statuses.txt': formatStatuses(statuses) },
  }
}

/** As if a data plane served it, on all addresses but those of TEST-NET-1 (RFC 5737), which no machine has. */
function translate(objects: ReadonlyMap<ObjectKey, KubeObject>): Translation {
  const translator = translatorFor({
    controllerName: 'headgate.dev/gateway-controller',
    client: defaultClientSettings,
  })
  const changes: ObjectChange[] = [...objects].map(([key, object]) => ({ kind: 'put', key, object }))
  const { snapshot } = translator.apply(changes)
  const failed = snapshot.listeners.flatMap(({ key, addresses }) =>
    addresses
      .filter((address) => address.startsWith('192.0.2.'))
      .map((address) => ({ listener: key, address, why: 'EADDRNOTAVAIL' })),
  )
  const reports = new GatewayReports(['127.0.0.1'])
  reports.note(changes)
  return translator.apply([], reports.world(snapshot, failed))
}

const everywhere: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'everywhere', namespace: 'default', generation: 1 },
  spec: {
    parentRefs: [{ name: 'gw' }],
    rules: [{ backendRefs: ['a', 'b', 'c'].map((name) => ({ name, port: 80 })) }],
  },
}

/** What the base alone gives; not printed again. */
export const usual = translate(new Map([...base, ['HTTPRoute/default/everywhere', everywhere]])).snapshot

/** Gateway API: every condition carries the generation that it speaks of (row 13); so it is not printed. */
function checkGenerations(objects: ReadonlyMap<ObjectKey, KubeObject>, statuses: ReadonlyMap<ObjectKey, Status>): void {
  for (const [key, status] of statuses) {
    const generation = objects.get(key)?.metadata.generation ?? 1
    for (const condition of conditionsOf(status)) {
      assert.equal(condition.observedGeneration, generation, `observedGeneration of ${condition.type} of ${key}`)
    }
  }
}

function conditionsOf(status: Status): readonly Condition[] {
  switch (status.kind) {
    case 'GatewayClass':
      return status.conditions
    case 'Gateway':
    case 'ListenerSet':
      return [...status.conditions, ...status.listeners.flatMap(({ conditions }) => conditions)]
    case 'Route':
      return status.parents.flatMap(({ conditions }) => conditions)
    case 'Policy':
      return status.ancestors.flatMap(({ conditions }) => conditions)
  }
}
