import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { applyDelta, noChange, wholeDelta } from '#ir'
import { PlaneHost } from '../../src/apps/plane-host.ts'
import { forward, listener, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'
import { stream } from '../../src/proxy/tcp/streams.fixture.ts'
import { freePort } from './headgate-process.ts'

test('what a broken step left out is brought by the next one, and nothing of the broken one stays', async (t) => {
  const backend = createServer((_, response) => response.end('fine'))
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  t.after(() => backend.close())
  const a = (backend.address() as AddressInfo).port
  const port = await freePort()
  const later = await freePort()
  const problems: string[] = []
  const host = new PlaneHost({
    workers: 2,
    bind: ['127.0.0.1'],
    onLog: () => {},
    onProblem: (message) => problems.push(message),
  })
  t.after(() => host.stop())
  const get = async (where: number) => {
    const options = { headers: { connection: 'close' } }
    return (await fetch(`http://127.0.0.1:${where}/`, options).catch(() => undefined))?.status
  }
  const routeOn = (name: string, where: number) =>
    route(name, { listener: `default/gw/${where}`, action: forward('a') })
  const first = snapshotOf([listener(port)], [routeOn('one', port)], { a: [a] })
  await host.enqueue(() => host.serve(wholeDelta(first), first))
  assert.deepEqual([await get(port), await get(later)], [200, undefined])

  // As the compiler would never let it through: a stream without anything to send to, beside a good listener.
  const { to: _, ...broken } = stream('bad', { listener: `default/gw/${port}` })
  const step = {
    ...noChange,
    listeners: { put: [listener(later)], delete: [] },
    routes: { put: [routeOn('two', later)], delete: [] },
    streams: { put: [broken as typeof broken & { to: never }], delete: [] },
  }
  const second = applyDelta(first, step)
  await assert.rejects(host.enqueue(() => host.serve(step, second)))
  assert.equal(problems.length, 1)
  assert.equal(await get(port), 200)

  const last = { ...noChange, streams: { put: [], delete: [broken.key] } }
  await host.enqueue(() => host.serve(last, applyDelta(second, last)))
  assert.deepEqual([await get(port), await get(later)], [200, 200])
  assert.equal(host.ready, true)
})
