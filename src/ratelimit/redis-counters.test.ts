import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { noRedis, TestRedis } from '../../test/redis-server.ts'
import { redisCertificate, strangersCa } from './certificate.fixture.ts'
import type { CounterSettings, Counters } from './counters.ts'
import { openRedisCounters } from './redis-counters.ts'

const day = 86_400_000

async function open(
  url: string,
  timeoutMs = 60_000,
  problems: string[] = [],
  more: Partial<CounterSettings> = {},
): Promise<Counters & Disposable> {
  const settings: CounterSettings = { url, timeoutMs, whenAway: 'open', ...more }
  const counters = await openRedisCounters(settings, (message) => problems.push(message))
  return Object.assign(counters, { [Symbol.dispose]: () => counters.close() })
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    assert.ok(tries < 3_000, 'it never happens')
    await sleep(20)
  }
}

describe('counts in Redis', { skip: noRedis ?? false }, () => {
  test('two proxies count together, and not one more than the limit gets through', async () => {
    await using redis = await TestRedis.start()
    using a = await open(redis.url)
    using b = await open(redis.url)
    const limit = { limit: 1_000, windowMs: day }
    const answers = await Promise.all(Array.from({ length: 3_000 }, (_, i) => (i % 2 ? a : b).take('x', limit, 1)))
    assert.equal(answers.filter((one) => one?.allowed).length, 1_000)
    assert.ok(answers.every((one) => one !== undefined))
  })

  test('what does not fit takes nothing; what an answer cost is taken in any case', async () => {
    await using redis = await TestRedis.start()
    using counters = await open(redis.url)
    const limit = { limit: 10, windowMs: day }
    const take = async (cost: number) => {
      const { allowed, remaining } = (await counters.take('x', limit, cost))!
      return [allowed, remaining]
    }
    assert.deepEqual(await take(8), [true, 2])
    assert.deepEqual(await take(3), [false, 2])
    assert.deepEqual(await take(0), [true, 2])
    assert.deepEqual(await take(2), [true, 0])
    assert.deepEqual(await take(0), [true, 0])
    counters.add('x', limit, 5)
    await until(async () => !(await take(0))[0])
    assert.deepEqual(await take(1), [false, 0])
  })

  test('over TLS, with a password and as a user; nobody counts at a server that cannot show who it is', async () => {
    await using redis = await TestRedis.overTls(redisCertificate, {
      requirepass: 'sesame&1',
      user: 'gateway on >open ~headgate:* +@all',
    })
    const limit = { limit: 10, windowMs: day }
    const { chain: authority } = redisCertificate
    const at = (user: string) => redis.url.replace('redis://', `rediss://${user}@`)
    for (const user of [':sesame%261', 'default:sesame%261', 'gateway:open']) {
      using counters = await open(at(user), 10_000, [], { authority })
      await until(async () => (await counters.take(user, limit, 1))?.allowed === true)
    }
    for (const [user, more, why] of [
      ['gateway:shut', { authority }, /WRONGPASS/],
      ['gateway:open', {}, /self-signed certificate|unable to verify/],
      ['gateway:open', { authority: strangersCa }, /self-signed certificate|unable to verify/],
    ] as const) {
      const problems: string[] = []
      using counters = await open(at(user), 10_000, problems, more)
      assert.equal(await counters.take('x', limit, 1), undefined)
      await until(() => problems.length > 0)
      assert.match(problems.join(), why)
      assert.doesNotMatch(problems.join(), /open@|shut|sesame/)
    }
    using plain = await open(redis.url.replace('redis://', 'redis://gateway:open@'))
    assert.equal(await plain.take('x', limit, 1), undefined)
  })

  test('a window ends, and the next has its whole limit', async () => {
    await using redis = await TestRedis.start()
    using counters = await open(redis.url)
    const limit = { limit: 1, windowMs: 2_000 }
    const first = await counters.take('x', limit, 1)
    assert.ok(first?.allowed && first.resetMs > 0 && first.resetMs <= 2_000)
    assert.equal((await counters.take('x', limit, 1))?.allowed, false)
    await until(async () => (await counters.take('x', limit, 1))?.allowed === true)
  })

  test('names are apart, however long they are, and so are units', async () => {
    await using redis = await TestRedis.start()
    using counters = await open(redis.url)
    const long = 'k'.repeat(60_000)
    for (const name of ['a', 'b', `${long}1`, `${long}2`])
      assert.ok((await counters.take(name, { limit: 1, windowMs: day }, 1))?.allowed, name.slice(0, 3))
    assert.equal((await counters.take(`${long}2`, { limit: 1, windowMs: day }, 1))?.allowed, false)
    assert.equal((await counters.take('a', { limit: 1, windowMs: 60_000 }, 1))?.allowed, true)
  })

  test('a Redis that dies is away at once, and back when it is back', async () => {
    await using redis = await TestRedis.start()
    const problems: string[] = []
    using counters = await open(redis.url, 10_000, problems)
    const limit = { limit: 5, windowMs: day }
    assert.ok((await counters.take('x', limit, 1))?.allowed)
    await redis.stop()
    await until(async () => (await counters.take('x', limit, 1)) === undefined)
    // One that waited each time would need a thousand seconds.
    const before = performance.now()
    for (let i = 0; i < 100; i++) assert.equal(await counters.take('x', limit, 1), undefined)
    assert.ok(performance.now() - before < 60_000, 'nobody waits for a Redis that is known to be away')
    await redis.start()
    // It knows neither counts nor scripts any more.
    await until(async () => (await counters.take('x', limit, 1))?.remaining === 4)
    assert.match(problems.join('\n'), /^error Redis is away .*pass without being counted\nmended Redis is back/)
  })

  test('a Redis that hangs holds a request no longer than it may', async () => {
    await using redis = await TestRedis.start()
    using counters = await open(redis.url, 500)
    const limit = { limit: 1_000_000, windowMs: day }
    await until(async () => (await counters.take('x', limit, 1)) !== undefined)
    redis.freeze()
    const before = performance.now()
    const answers = await Promise.all(Array.from({ length: 200 }, () => counters.take('x', limit, 1)))
    assert.ok(answers.every((one) => one === undefined))
    assert.ok(performance.now() - before < 60_000, 'they wait together, not one after the other')
    redis.thaw()
    await until(async () => (await counters.take('x', limit, 1)) !== undefined)
  })

  test('a password opens, a wrong one is told without being shown', async () => {
    await using redis = await TestRedis.start({ requirepass: 'open sesame' })
    const limit = { limit: 1, windowMs: day }
    using knows = await open(`redis://:open%20sesame@127.0.0.1:${redis.port}`)
    assert.ok((await knows.take('x', limit, 1))?.allowed)
    const problems: string[] = []
    using guesses = await open(`redis://:mellon@127.0.0.1:${redis.port}`, 2_000, problems)
    assert.equal(await guesses.take('x', limit, 1), undefined)
    assert.match(problems.join(), /Redis is away \(.*WRONGPASS/)
    assert.doesNotMatch(problems.join(), /mellon/)
  })

  test('a window that is known to be used up is not asked for again', async () => {
    await using redis = await TestRedis.start()
    using counters = await open(redis.url)
    const limit = { limit: 1, windowMs: day }
    await counters.take('x', limit, 1)
    assert.equal((await counters.take('x', limit, 1))?.allowed, false)
    await redis.stop()
    assert.equal((await counters.take('x', limit, 1))?.allowed, false)
  })
})

test('a start waits for no Redis that is not there, nor for one that says nothing', async () => {
  const open1 = await open('redis://127.0.0.1:1', 50)
  assert.equal(await open1.take('x', { limit: 1, windowMs: day }, 1), undefined)
  open1.close()
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  using counters = await open(`redis://127.0.0.1:${typeof address === 'object' && address?.port}`, 50)
  assert.equal(await counters.take('x', { limit: 1, windowMs: day }, 1), undefined)
  for (const socket of sockets) socket.destroy()
  silent.close()
})
