import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject, ObjectChange } from '#api'
import { FakeApiServer } from './fake-api-server.fixture.ts'
import { KubeClient } from './kube-client.ts'
import { openCluster } from './open-cluster.ts'

/** A cluster that is followed: what was told of it, and the objects that come out of that. */
export async function follow(
  t: TestContext,
  prepare: (fake: FakeApiServer) => void = () => {},
  controllerName?: string,
) {
  const fake = await FakeApiServer.start()
  prepare(fake)
  const batches: (readonly ObjectChange[])[] = []
  const objects = new Map<string, KubeObject>()
  const problems: string[] = []
  const statuses: string[] = []
  let versions: readonly string[] = []
  const client = new KubeClient({ server: fake.url, namespace: 'a' })
  const source = openCluster({
    client,
    ...(controllerName !== undefined && { controllerName }),
    async onChanges(changes, crdVersions) {
      batches.push(changes)
      versions = crdVersions
      for (const change of changes) {
        if (change.kind === 'put') objects.set(change.key, change.object)
        else objects.delete(change.key)
      }
    },
    onStatus: (key) => statuses.push(key),
    onProblem: (message) => problems.push(message),
    timing: { firstPauseMs: 5, longestPauseMs: 20 },
  })
  t.after(async () => {
    source[Symbol.dispose]()
    client.close()
    await fake.stop()
  })
  return { fake, batches, objects, problems, statuses, source, versions: () => versions }
}

export async function until(what: () => boolean, message: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(5)) if (what()) return
  assert.fail(message)
}
