import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BucketLimit, Buckets, Reply, RequestContext, SharedCounters, Taken } from '#proxy'
import { cpuMs } from '../../../test/cpu-time.ts'
import { idlePlane, requestContext, type TestRequest } from '../../../test/request-context.ts'
import type { GlobalLimitRule, LimitRule, RateLimitNode } from './ir.ts'
import { rateLimit } from './proxy.ts'

const rule: LimitRule = {
  name: 'ns/p/rule-0',
  shared: false,
  conditions: [],
  keys: [],
  requests: 1,
  unit: 'day',
  cost: 1,
  shadow: false,
}

/** Says what is asked of it, and counts. */
class Ledger implements Buckets {
  readonly used = new Map<string, number>()

  take(name: string, { limit }: BucketLimit, cost: number): Taken {
    const before = this.used.get(name) ?? 0
    const allowed = before + cost <= limit
    this.used.set(name, allowed ? before + cost : before)
    return { allowed, remaining: limit - this.used.get(name)!, resetMs: 1_500 }
  }
}

function localHooks(...rules: readonly Partial<LimitRule>[]) {
  const buckets = new Ledger()
  const node: RateLimitNode = { kind: 'rateLimit', local: rules.map((one) => ({ ...rule, ...one })), global: [] }
  const hooks = rateLimit.compile(node, { ...idlePlane, buckets })
  const ask = (request: TestRequest = {}, address?: string) =>
    hooks.onRequest!(contextOf(request, address)) as Reply | undefined
  return { hooks, ask, buckets }
}

function contextOf(request: TestRequest, address = '127.0.0.1'): RequestContext {
  return { ...requestContext(request), client: { scheme: 'http', address } }
}

test('all rules count, also when one of them refuses', () => {
  const { ask, buckets } = localHooks({ name: 'a', requests: 1 }, { name: 'b', requests: 10 })
  assert.equal(ask(), undefined)
  assert.equal(ask()?.status, 429)
  assert.deepEqual([...buckets.used.values()], [1, 2])
})

test('who refuses speaks, then who has least left', () => {
  const { hooks } = localHooks(
    { name: 'a', requests: 10 },
    { name: 'b', requests: 2 },
    { name: 'c', requests: 1, shadow: true },
  )
  const told = () => {
    const context = requestContext()
    const reply = hooks.onRequest!(context) as Reply | undefined
    const head = { status: 200, fields: ['x-ratelimit-limit', 'from a backend'], contentLength: 0 }
    hooks.onResponse!(context, head)
    return [reply?.status, ...head.fields]
  }
  const fields = (limit: number, remaining: number) => [
    ...['x-ratelimit-limit', `${limit}`, 'x-ratelimit-remaining', `${remaining}`, 'x-ratelimit-reset', '2'],
  ]
  assert.deepEqual(told(), [undefined, ...fields(1, 0)])
  assert.deepEqual(told(), [undefined, ...fields(2, 0)])
  assert.deepEqual(told(), [429, ...fields(2, 0)])
})

test('values are counted apart, and none can be made to look like two others', () => {
  const keys = [
    { kind: 'header', name: 'x-a' },
    { kind: 'header', name: 'x-b' },
  ] as const
  const { ask, buckets } = localHooks({ keys })
  for (const [a, b] of [
    ['1', '2 3'],
    ['1 2', '3'],
    ['1 1:2', '3'],
    ['1', '2:2 3'],
  ])
    assert.equal(ask({ fields: ['x-a', a!, 'x-b', b!] }), undefined, `${a} and ${b}`)
  assert.equal(buckets.used.size, 4)
  assert.equal(ask({ fields: ['x-a', '1', 'x-b', '2 3'] })?.status, 429)
  assert.equal(ask({ fields: ['x-a', '1'] }), undefined, 'a request without the value does not meet the rule')
})

test('an address is what trusted proxies say; what is no address is outside of every range', () => {
  const inside = { kind: 'source', cidr: { address: '10.0.0.0', length: 8 }, invert: false } as const
  const { ask, buckets } = localHooks({ conditions: [inside], keys: [{ kind: 'source' }] })
  for (const address of ['10.1.1.1', '10.1.1.2', '::ffff:10.1.1.3']) {
    assert.equal(ask({ fields: ['x-forwarded-for', '10.9.9.9'] }, address), undefined)
    assert.equal(ask({ fields: ['x-forwarded-for', '10.8.8.8'] }, address)?.status, 429, address)
  }
  for (const address of ['11.1.1.1', '2001:db8::1', 'unknown', '10.1.1.1:80', ''])
    for (let i = 0; i < 2; i++) assert.equal(ask({}, address), undefined, address)
  assert.equal(buckets.used.size, 3)
  const outside = localHooks({ conditions: [{ ...inside, invert: true }], requests: 0 })
  assert.deepEqual(
    ['10.1.1.1', '11.1.1.1', 'unknown'].map((address) => outside.ask({}, address)?.status),
    [undefined, 429, 429],
  )
})

test('a condition on what a request lacks holds only when it is inverted', () => {
  const header = { kind: 'header', name: 'x-a', value: { kind: 'exact', value: '1' } } as const
  const { ask } = localHooks({ conditions: [{ ...header, invert: true }], requests: 0 })
  assert.deepEqual([ask()?.status, ask({ fields: ['x-a', '1'] })], [429, undefined])
  // Two fields of a name are one value: nobody hides behind a second one.
  assert.equal(ask({ fields: ['x-a', '1', 'x-a', '1'] })?.status, 429)
  const query = { kind: 'query', name: 'q', value: { kind: 'exact', value: 'a b' }, invert: false } as const
  const asked = localHooks({ conditions: [query], requests: 0 })
  assert.deepEqual(
    ['/?q=a%20b', '/?q=a+b&q=c', '/?%71=a%20b', '/?q=c&q=a+b', '/'].map((path) => asked.ask({ path })?.status),
    [429, 429, 429, undefined, undefined],
  )
})

test('a pattern of a user takes no more time than the text is long', () => {
  const value = { kind: 'regex', value: '(a*)*(a|aa)+$' } as const
  const { ask } = localHooks({ conditions: [{ kind: 'header', name: 'x-a', value, invert: false }] })
  const before = cpuMs()
  ask({ fields: ['x-a', `${'a'.repeat(60_000)}!`] })
  assert.ok(cpuMs() - before < 2_000)
})

class FakeCounters implements SharedCounters {
  readonly whenAway: 'open' | 'closed'
  readonly added: unknown[] = []
  readonly #answer: Taken | undefined

  constructor(whenAway: 'open' | 'closed', answer?: Taken) {
    this.whenAway = whenAway
    this.#answer = answer
  }

  async take(): Promise<Taken | undefined> {
    return this.#answer
  }

  add(name: string, limit: BucketLimit, cost: number): void {
    this.added.push([name, limit.limit, cost])
  }

  close(): void {}
}

function globalHooks(counters: SharedCounters | undefined, one: Partial<GlobalLimitRule> = {}) {
  const node: RateLimitNode = { kind: 'rateLimit', local: [], global: [{ ...rule, responseCost: 0, ...one }] }
  return rateLimit.compile(node, { ...idlePlane, counters })
}

test('nobody answers: open, or 503', async () => {
  const ask = async (whenAway: 'open' | 'closed', one?: Partial<GlobalLimitRule>) =>
    (await globalHooks(new FakeCounters(whenAway), one).onRequest!(requestContext()))?.status
  assert.deepEqual(
    [await ask('open'), await ask('closed'), await ask('closed', { shadow: true })],
    [undefined, 503, undefined],
  )
})

test('a rule that nobody could count does not compile: its route is closed', () => {
  assert.throws(() => globalHooks(undefined), /Redis/)
})

test('what an answer costs is taken once, when it is over, and not for a refusal', async () => {
  const run = async (answer: Taken) => {
    const counters = new FakeCounters('open', answer)
    const hooks = globalHooks(counters, { shared: true, responseCost: 7 })
    const context = requestContext()
    await hooks.onRequest!(context)
    assert.deepEqual(counters.added, [])
    hooks.onDone!(context)
    return counters.added
  }
  assert.deepEqual(await run({ allowed: true, remaining: 0, resetMs: 1 }), [['limit ns/p/rule-0', 1, 7]])
  assert.deepEqual(await run({ allowed: false, remaining: 0, resetMs: 1 }), [])
})
