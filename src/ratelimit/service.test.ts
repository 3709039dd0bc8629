import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { Client, credentials, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js'
import { limitName, limitOwner, limitWords, withLimitValue } from '#ir'
import type { Counters, Limit, Taken } from './counters.ts'
import { RateLimitServer } from './service.ts'

class FakeCounters implements Counters {
  readonly whenAway = 'open'
  readonly asked: unknown[] = []
  answer: Taken | undefined = { allowed: true, remaining: 3, resetMs: 1_200 }

  async take(name: string, { limit, windowMs }: Limit, cost: number): Promise<Taken | undefined> {
    this.asked.push(['take', name, limit, windowMs, cost])
    return this.answer
  }

  add(name: string, { limit, windowMs }: Limit, cost: number): void {
    this.asked.push(['add', name, limit, windowMs, cost])
  }

  close(): void {}
}

type Entries = readonly (readonly [key: string, value: string])[]

interface Question {
  readonly entries: Entries
  readonly limit?: readonly [requests: number, unit: number]
  readonly cost?: number
}

const block = (writer: BinaryWriter, field: number, bytes: Uint8Array) =>
  writer.tag(field, WireType.LengthDelimited).bytes(bytes)
const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value)
const number = (writer: BinaryWriter, field: number, value: number) => writer.tag(field, WireType.Varint).uint32(value)

function encode(domain: string, questions: readonly Question[], usualCost = 0): Uint8Array {
  const request = text(new BinaryWriter(), 1, domain)
  for (const { entries, limit, cost } of questions) {
    const descriptor = new BinaryWriter()
    for (const [key, value] of entries) block(descriptor, 1, text(text(new BinaryWriter(), 1, key), 2, value).finish())
    if (limit) block(descriptor, 2, number(number(new BinaryWriter(), 1, limit[0]), 2, limit[1]).finish())
    if (cost !== undefined) block(descriptor, 3, number(new BinaryWriter(), 1, cost).finish())
    // A field of a later version.
    text(descriptor, 99, 'unknown')
    block(request, 2, descriptor.finish())
  }
  return (usualCost > 0 ? number(request, 3, usualCost) : request).finish()
}

/** The codes: of the whole, and of each question. */
function decode(bytes: Uint8Array): { readonly codes: readonly number[]; readonly body: string } {
  const reader = new BinaryReader(bytes)
  const codes: number[] = []
  let body = ''
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === 1) codes.push(reader.int32())
    else if (field === 2) {
      const inner = new BinaryReader(reader.bytes())
      inner.tag()
      codes.push(inner.int32())
    } else if (field === 5) body = reader.string()
    else reader.skip(type, field)
  }
  return { codes, body }
}

async function withService(
  use: (ask: (bytes: Uint8Array) => Promise<Uint8Array>, counters: FakeCounters) => Promise<void>,
): Promise<void> {
  const counters = new FakeCounters()
  const server = new RateLimitServer(counters, ServerCredentials.createInsecure())
  const port = await server.listen('127.0.0.1:0')
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  const path = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit'
  const ask = (bytes: Uint8Array) =>
    new Promise<Uint8Array>((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        (one: Uint8Array) => Buffer.from(one),
        (one) => new Uint8Array(one),
        bytes,
        (error, answer) => (error ? reject(error) : resolve(answer!)),
      )
    })
  try {
    await use(ask, counters)
  } finally {
    client.close()
    server.close()
  }
}

const ours = (...entries: Entries): Entries => [[limitWords.rule, limitOwner('ns/p/rule-0', 'route')], ...entries]

test('a question is counted under the name that the embedded plane has for it', () =>
  withService(async (ask, counters) => {
    const entries = ours(['if-0', 'yes'], ['by-0', 'ann'], ['remote_address', '10.0.0.1'], ['shadow', 'yes'])
    const answer = decode(await ask(encode('headgate', [{ entries, limit: [5, 3], cost: 2 }])))
    assert.deepEqual(answer, { codes: [1, 1], body: '' })
    const name = withLimitValue(withLimitValue(limitName(limitOwner('ns/p/rule-0', 'route')), 'ann'), '10.0.0.1')
    assert.deepEqual(counters.asked, [['take', name, 5, 3_600_000, 2]])
  }))

test('one limit without room refuses; in shadow it does not', () =>
  withService(async (ask, counters) => {
    counters.answer = { allowed: false, remaining: 0, resetMs: 10 }
    const question = { entries: ours(), limit: [5, 1] } as const
    const shadow = { entries: ours(['shadow', 'yes']), limit: [5, 1] } as const
    const free = { entries: ours() }
    assert.deepEqual(decode(await ask(encode('headgate', [shadow, question, free]))), {
      codes: [2, 1, 2, 1],
      body: 'rate_limited',
    })
    assert.deepEqual(decode(await ask(encode('headgate', [shadow]))).codes, [1, 1])
  }))

test('units, costs, and what an answer cost', () =>
  withService(async (ask, counters) => {
    await ask(encode('headgate', [{ entries: ours(['week', 'yes']), limit: [1, 4] }], 4))
    await ask(encode('headgate', [{ entries: ours(['owed', 'yes']), limit: [1, 6], cost: 0 }]))
    const [week, owed] = counters.asked as unknown[][]
    assert.deepEqual(week?.slice(2), [1, 7 * 86_400_000, 4])
    assert.deepEqual([owed?.[0], ...owed!.slice(2)], ['add', 1, 365 * 86_400_000, 0])
  }))

test('others may ask, too: a limit of their own is counted by domain and entries, none is let through', () =>
  withService(async (ask, counters) => {
    const questions = [{ entries: [['k', 'v']], limit: [1, 2] }, { entries: [['shadow', 'yes']] }] as const
    assert.deepEqual(decode(await ask(encode('other', questions))).codes, [1, 1, 1])
    assert.deepEqual(counters.asked, [['take', 'domain other 1:k 1:v', 1, 60_000, 1]])
  }))

test('when nobody can say, Envoy is told so; bytes that are no question harm nobody', () =>
  withService(async (ask, counters) => {
    counters.answer = undefined
    const failure = await ask(encode('headgate', [{ entries: ours(), limit: [5, 1] }])).catch(
      (e: ServiceError) => e.code,
    )
    assert.equal(failure, status.UNAVAILABLE)
    const shadow = { entries: ours(['shadow', 'yes']), limit: [5, 1] } as const
    assert.deepEqual(decode(await ask(encode('headgate', [shadow]))).codes, [1, 1])
    await assert.rejects(ask(Uint8Array.of(0x12, 0xff, 0xff)))
    assert.deepEqual(decode(await ask(encode('headgate', [shadow]))).codes, [1, 1])
  }))
