import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  classObject,
  condition,
  gatewayObject,
  openFakeCluster,
  routeObject,
  serviceObjects,
  statusOf,
  until,
  untilAnswered,
  untilProgrammed,
} from './fake-cluster.ts'
import { freePort } from './headgate-process.ts'

/** The whole program against a cluster: `headgate controller` in host mode, on addresses of loopback. */

test('a Gateway gets an address of the pool, traffic, and a status that says so; both survive the controller', async (t) => {
  const { fake, start } = await openFakeCluster(t)
  const backend = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
  await once(backend, 'listening')
  t.after(() => backend.close())
  const port = await freePort()
  const one = gatewayObject('one', port, { infrastructure: { labels: { team: 'shop' } } })
  for (const object of [
    classObject(),
    one,
    routeObject('one'),
    ...serviceObjects('s', (backend.address() as AddressInfo).port),
  ])
    fake.put(object)

  const first = start()
  const address = await untilProgrammed(fake, one)
  assert.match(address, /^127\.88\.0\.\d+$/)
  assert.equal(condition(statusOf(fake, classObject()), 'Accepted'), 'True')
  assert.equal(await (await fetch(`http://${address}:${port}/`)).text(), 'hello')

  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'one-headgate', namespace: 'a' } }
  const made = await until(
    () => fake.get(account)?.metadata,
    () => 'no ServiceAccount',
  )
  assert.equal(made.labels?.team, 'shop')
  assert.equal(made.labels?.['gateway.networking.k8s.io/gateway-name'], 'one')

  await first.end()
  assert.equal(first.child.exitCode, 0)
  const before = fake.statusWrites.length
  start()
  const url = `http://${address}:${port}/`
  assert.equal(await untilAnswered(url, (status) => status === 200), 'hello')
  await sleep(300)
  assert.equal(fake.statusWrites.length, before, 'a controller that finds everything as it should be writes nothing')
})

test('an address that this machine does not have is said to be not usable', async (t) => {
  const { fake, start } = await openFakeCluster(t)
  const port = await freePort()
  const addresses = [{ type: 'IPAddress', value: '192.0.2.1' }]
  const lost = gatewayObject('lost', port, { addresses })
  fake.put(classObject())
  fake.put(lost)
  start()
  const reason = () => statusOf(fake, lost).conditions?.find(({ type }) => type === 'Programmed')?.reason
  await until(
    () => reason() === 'AddressNotUsable',
    () => `Programmed: ${reason()}`,
  )
})
