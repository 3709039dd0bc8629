import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Gateway, startMinimalGateway } from './minimal-gateway.ts'
import { type RecordingBackend, startRecordingBackend } from './recording-backend.ts'
import { brokenBodyCases, judgePassed, judgeRefused, passedCases, refusedCases } from './smuggling-cases.ts'

let backend: RecordingBackend
let gateway: Gateway

before(async () => {
  backend = await startRecordingBackend()
  gateway = await startMinimalGateway(backend.port)
})

after(async () => {
  await gateway.close()
  await backend.close()
})

test('there are enough cases, and no two with one name', () => {
  assert.ok(refusedCases.length + brokenBodyCases.length >= 120)
  assert.ok(passedCases.length >= 31)
  const names = [...refusedCases, ...brokenBodyCases, ...passedCases].map((it) => it.name)
  assert.equal(new Set(names).size, names.length)
})

describe('refused', () => {
  for (const it of refusedCases) {
    test(JSON.stringify(it.name), async () => assert.equal(await judgeRefused(gateway.port, backend, it), ''))
  }
})

describe('never taken for complete', () => {
  for (const it of brokenBodyCases) {
    test(JSON.stringify(it.name), async () => assert.equal(await judgeRefused(gateway.port, backend, it), ''))
  }
})

describe('passed', () => {
  for (const it of passedCases) {
    test(JSON.stringify(it.name), async () => assert.equal(await judgePassed(gateway.port, backend, it), ''))
  }
})
