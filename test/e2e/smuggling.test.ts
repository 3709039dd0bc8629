import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { gateways } from './gateways.ts'
import type { Gateway } from './minimal-gateway.ts'
import { type RecordingBackend, startRecordingBackend } from './recording-backend.ts'
import { brokenBodyCases, judgePassed, judgeRefused, passedCases, refusedCases } from './smuggling-cases.ts'

test('there are enough cases, and no two with one name', () => {
  assert.ok(refusedCases.length + brokenBodyCases.length >= 120)
  assert.ok(passedCases.length >= 31)
  const names = [...refusedCases, ...brokenBodyCases, ...passedCases].map((it) => it.name)
  assert.equal(new Set(names).size, names.length)
})

for (const [name, start] of Object.entries(gateways)) {
  describe(name, () => {
    let backend: RecordingBackend
    let gateway: Gateway

    before(async () => {
      backend = await startRecordingBackend()
      gateway = await start(backend.port)
    })

    after(async () => {
      await gateway.close()
      await backend.close()
    })

    for (const it of refusedCases) {
      test(`refuses ${JSON.stringify(it.name)}`, async () =>
        assert.equal(await judgeRefused(gateway.port, backend, it), ''))
    }
    for (const it of brokenBodyCases) {
      test(`never completes ${JSON.stringify(it.name)}`, async () =>
        assert.equal(await judgeRefused(gateway.port, backend, it), ''))
    }
    for (const it of passedCases) {
      test(`passes ${JSON.stringify(it.name)}`, async () =>
        assert.equal(await judgePassed(gateway.port, backend, it), ''))
    }

    test('an upgrade becomes a tunnel, and a half-close passes through it', async () => {
      const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
      let text = ''
      const ended = new Promise((resolve) => socket.on('end', resolve))
      socket.on('data', (bytes) => {
        text += bytes
        if (text.endsWith('\r\n\r\n')) socket.end('ping')
      })
      socket.write('GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: Echo\r\n\r\n')
      await ended
      socket.destroy()
      assert.match(text, /^HTTP\/1.1 101 .*\r\n(?:.*\r\n)*upgrade: echo\r\n(?:.*\r\n)*\r\nping$/)
    })
  })
}
