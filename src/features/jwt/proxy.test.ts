import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { requestAttributes, type VerifiedClaims } from '#ir'
import type { ClientStreamHandler, Plane, Reply } from '#proxy'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import { attacks, goodClaims as good, goodTokens } from './attacks.fixture.ts'
import type { JwtNode, JwtProvider } from './ir.ts'
import { jwt } from './proxy.ts'
import { keySet, makeToken } from './tokens.fixture.ts'
import { refusals } from './verify-token.ts'

const now = Math.floor(Date.now() / 1_000)
const signed = makeToken(good)

const provider: JwtProvider = {
  name: 'p',
  issuer: 'i',
  audiences: ['a'],
  keys: { kind: 'local', text: keySet },
  claimToHeaders: [{ header: 'x-sub', claim: ['sub'] }],
  from: { headers: [{ name: 'authorization', prefix: 'Bearer ' }], params: [], cookies: [] },
}

function hooks(change: Partial<JwtProvider> = {}, lets: JwtNode['lets'] = 'verified', plane: Plane = idlePlane) {
  const { onRequest } = jwt.compile({ kind: 'jwt', providers: [{ ...provider, ...change }], lets }, plane)
  return async (token?: string) => {
    const fields = ['x-sub', 'root', ...(token === undefined ? [] : ['authorization', `Bearer ${token}`])]
    const context = requestContext({ fields })
    const reply: Reply | undefined = await onRequest!(context)
    const claims = context.state[requestAttributes.claims] as VerifiedClaims | undefined
    return { reply, claims: claims?.get('p'), fields: context.head.fields }
  }
}

for (const [name, token] of Object.entries(attacks))
  test(`refused: ${name}`, async () => {
    const { reply, claims, fields } = await hooks()(token)
    assert.ok(reply?.status === 401 || reply?.status === 403, `${reply?.status}`)
    assert.equal(claims, undefined)
    assert.ok(!fields.includes('x-sub'))
    assert.equal((await hooks({}, 'missing')(token)).reply?.status, reply.status, 'optional is no way in')
    const open = await hooks({}, 'all')(token)
    assert.deepEqual([open.reply, open.claims, open.fields.includes('x-sub')], [undefined, undefined, false])
  })

for (const [name, token] of Object.entries(goodTokens))
  test(`believed: ${name}`, async () => {
    const ask = hooks()
    for (let again = 0; again < 2; again++) {
      const { reply, claims, fields } = await ask(token)
      assert.equal(reply, undefined)
      assert.equal(claims?.sub, 'ann')
      assert.deepEqual(fields.slice(-2), ['x-sub', 'ann'])
    }
  })

test('a token from memory expires, too', async (t) => {
  const ask = hooks()
  assert.equal((await ask(signed)).reply, undefined)
  t.mock.timers.enable({ apis: ['Date'], now: (now + 3_700) * 1_000 })
  assert.equal((await ask(signed)).reply?.body, refusals.expired)
})

/** A plane whose only backend answers by hand. */
class KeyHost {
  readonly calls: ClientStreamHandler[] = []
  readonly timers = new Set<() => void>()
  readonly plane: Plane = {
    ...idlePlane,
    call: (_backend, _head, _end, handler) => {
      this.calls.push(handler)
      return { write: () => true, end() {}, reset() {}, pause() {}, resume() {} }
    },
    after: (_ms, then) => {
      this.timers.add(then)
      return () => void this.timers.delete(then)
    },
  }

  answer(text: string, status = 200): void {
    const handler = this.calls.at(-1)!
    handler.onResponse({ status, fields: [], contentLength: -1 }, false)
    handler.onData(Buffer.from(text))
    handler.onEnd(null)
  }
}

const remote = { kind: 'remote', backend: 'b', uri: 'https://i.test/keys', cacheMs: 60_000, failedMs: 60_000 } as const

test('keys are fetched once for all routes, before anybody asks', async () => {
  const host = new KeyHost()
  const [ask, other] = [
    hooks({ keys: remote }, 'verified', host.plane),
    hooks({ keys: remote }, 'verified', host.plane),
  ]
  await setImmediate()
  assert.equal(host.calls.length, 1)
  const [one, two] = [ask(signed), other(signed)]
  host.answer(keySet)
  assert.deepEqual([(await one).reply, (await two).reply], [undefined, undefined])
  assert.equal(host.calls.length, 1)
})

for (const [name, fail] of Object.entries<(host: KeyHost) => void>({
  'an error': (host) => host.answer('no', 503),
  'no set of keys': (host) => host.answer('<html>'),
  'too much': (host) => host.calls[0]!.onData(new Uint8Array(2_000_000)),
  silence: (host) => [...host.timers][0]!(),
  reset: (host) => host.calls[0]!.onReset({ code: 'connect_failed', message: '', unprocessed: true }),
}))
  test(`keys away (${name}): closed, without asking again and again`, async () => {
    const host = new KeyHost()
    const ask = hooks({ keys: remote }, 'verified', host.plane)
    await setImmediate()
    fail(host)
    for (let i = 0; i < 3; i++) assert.equal((await ask(signed)).reply?.body, refusals.keysAway)
    assert.equal(host.calls.length, 1)
    assert.equal(host.timers.size, 0)
  })

test('unknown key ids do not make us ask more often', async () => {
  const host = new KeyHost()
  const ask = hooks({ keys: remote }, 'verified', host.plane)
  await setImmediate()
  host.answer(keySet)
  for (let i = 0; i < 5; i++)
    assert.equal((await ask(makeToken(good, { alg: 'EdDSA', kid: `k${i}` }))).reply?.body, refusals.noKey)
  assert.equal(host.calls.length, 1)
})
