import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExchangeRecord } from '../observe/observer.ts'
import { listener, playPlane } from '../plane.fixture.ts'
import { ask, serveTcp, stream, streamsOf } from './streams.fixture.ts'

test('who may not come in hears nothing of a backend that speaks first, and the backend nothing of them', async () => {
  let dialled = 0
  const backend = await serveTcp((socket) => {
    dialled++
    socket.end('secret greeting')
  })
  after(() => backend.server.close())
  const listeners = [listener(9000, { protocol: 'tcp' }), listener(9001, { protocol: 'tcp' })]
  const rules = [{ name: 'local', action: 'deny' as const, sources: [{ address: '127.0.0.0', length: 8 }] }]
  const routes = [
    stream('closed', { admit: { rules, otherwise: 'allow' } }),
    stream('open', { listener: 'default/gw/9001', admit: { rules: [], otherwise: 'allow' } }),
  ]
  const played = await playPlane(streamsOf(listeners, routes, { a: [backend.port] }))
  after(() => played.plane.close())
  const records: ExchangeRecord[] = []
  const done = played.observer.done.bind(played.observer)
  played.observer.done = (record) => {
    records.push(record)
    done(record)
  }
  assert.equal(await ask(played.port(9001), ''), 'secret greeting')
  assert.doesNotMatch(await ask(played.port(9000), ''), /secret/)
  assert.equal(dialled, 1)
  const refusedOne = () => records.find(({ route }) => route?.origin.name === 'closed')
  for (const end = Date.now() + 60_000; Date.now() < end && !refusedOne(); ) await sleep(10)
  const refused = refusedOne()
  assert.equal(refused?.why, 'authorization: local')
  assert.equal(refused?.endpoint, '')
})
