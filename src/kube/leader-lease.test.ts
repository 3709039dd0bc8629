import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FakeApiServer } from './fake-api-server.fixture.ts'
import { KubeClient } from './kube-client.ts'
import { LeaderLease } from './leader-lease.ts'

/** @param seconds that a Lease holds: long where nobody may lose it, on any machine */
async function prepare(t: TestContext, seconds = 0.3) {
  const fake = await FakeApiServer.start()
  const client = new KubeClient({ server: fake.url, namespace: 'a' })
  const leases: LeaderLease[] = []
  t.after(async () => {
    for (const lease of leases) await lease.release()
    client.close()
    await fake.stop()
  })
  const join = (identity: string, through = client) => {
    const nothing = () => {}
    const events = { onLead: nothing, onLose: nothing, onProblem: nothing }
    const lease = new LeaderLease({ client: through, namespace: 'a', name: 'l', identity, seconds, ...events })
    leases.push(lease)
    return lease
  }
  return { fake, join }
}

async function until(what: () => boolean, message: string): Promise<void> {
  for (const end = Date.now() + 60_000; !what(); await sleep(5)) assert.ok(Date.now() < end, message)
}

test('one leads; when it gives up, the other does at once', async (t) => {
  const { join } = await prepare(t, 10)
  const one = join('one')
  await until(() => one.isLeader, 'nobody leads')
  const two = join('two')
  await sleep(200)
  assert.deepEqual([one.isLeader, two.isLeader], [true, false])
  await one.release()
  await until(() => two.isLeader, 'nobody took over')
})

for (const how of ['gone', 'silent'] as const) {
  test(`who can’t renew because the API server is ${how} does not lead`, async (t) => {
    const { fake, join } = await prepare(t)
    const one = join('one')
    await until(() => one.isLeader, 'nobody leads')
    fake.isAway = how
    await until(() => !one.isLeader, 'it still believes to lead')
    fake.isAway = false
    await until(() => one.isLeader, 'nobody leads any more')
  })
}

test('a Lease that nobody renews is taken over', async (t) => {
  const { fake, join } = await prepare(t)
  const spec = { holderIdentity: 'dead', leaseDurationSeconds: 1, leaseTransitions: 4 }
  const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l', namespace: 'a' }, spec }
  fake.put(object)
  const began = performance.now()
  const one = join('one')
  await sleep(60)
  const isEarly = !one.isLeader
  assert.ok(isEarly || performance.now() - began >= 1_000, 'taken before its time')
  await until(() => one.isLeader, 'nobody took over')
  assert.equal((fake.get(object)!.spec as { leaseTransitions: number }).leaseTransitions, 5)
})
