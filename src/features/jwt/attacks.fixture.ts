import { edKey, encode, keySet, makeHmacToken, makeToken } from './tokens.fixture.ts'

const now = Math.floor(Date.now() / 1_000)
/** Of the issuer `i` for `a`. */
export const goodClaims = { iss: 'i', aud: 'a', sub: 'ann', exp: now + 3_600 }

const signed = makeToken(goodClaims)
const [head = '', payload = '', signature = ''] = signed.split('.')
const none = (alg: string) => `${encode({ alg })}.${payload}.`
const withHeader = (more: object) => makeToken(goodClaims, { alg: 'EdDSA', kid: 'ed', ...more })

/** Bad tokens: RFC 8725, and what has been written about since. Played on both planes. */
export const attacks: Readonly<Record<string, string>> = {
  'alg none': none('none'),
  'alg None': none('None'),
  'alg nOnE': none('nOnE'),
  'alg none with a signature': `${encode({ alg: 'none' })}.${payload}.${signature}`,
  'no alg': `${encode({})}.${payload}.${signature}`,
  'alg a list': `${encode({ alg: ['EdDSA'] })}.${payload}.${signature}`,
  'no signature': `${head}.${payload}.`,
  'signature of another': `${head}.${payload}.${makeToken({ ...goodClaims, sub: 'bob' }).split('.')[2]}`,
  'changed payload': `${head}.${encode({ ...goodClaims, sub: 'root' })}.${signature}`,
  'the public key as a secret': makeHmacToken(goodClaims, { alg: 'HS256', kid: 'ed' }, edKey.x),
  'the public key as a secret, without kid': makeHmacToken(goodClaims, { alg: 'HS256' }, edKey.x),
  'the whole set as a secret': makeHmacToken(goodClaims, { alg: 'HS256' }, keySet),
  'an empty secret': makeHmacToken(goodClaims, { alg: 'HS256' }, ''),
  'an algorithm that the key is not for': makeToken(goodClaims, { alg: 'HS256', kid: 'ed' }),
  'HS512 where the key says HS256': makeHmacToken(goodClaims, { alg: 'HS512', kid: 'hmac' }),
  'kid a path': makeToken(goodClaims, { alg: 'EdDSA', kid: '../../../dev/null' }),
  'kid an injection': makeToken(goodClaims, { alg: 'EdDSA', kid: "' OR 1=1 --" }),
  'kid of another key': makeToken(goodClaims, { alg: 'EdDSA', kid: 'hmac' }),
  'kid an object': makeToken(goodClaims, { alg: 'EdDSA', kid: { toString: 'ed' } }),
  'a key of its own': makeHmacToken(goodClaims, { alg: 'HS256', jwk: { kty: 'oct', k: encode('mine') } }, 'mine'),
  'a place of keys of its own': makeHmacToken(goodClaims, { alg: 'HS256', jku: 'http://127.0.0.1:1/keys' }, 'mine'),
  'a certificate of its own': makeHmacToken(
    goodClaims,
    { alg: 'HS256', x5u: 'http://127.0.0.1:1/c', x5c: ['x'] },
    'mine',
  ),
  'crit unknown': withHeader({ crit: ['x'], x: 1 }),
  'crit b64': withHeader({ crit: ['b64'], b64: false }),
  'crit empty': withHeader({ crit: [] }),
  'b64 without crit': withHeader({ b64: false }),
  expired: makeToken({ ...goodClaims, exp: now - 120 }),
  'exp 0': makeToken({ ...goodClaims, exp: 0 }),
  'exp below 1': makeToken({ ...goodClaims, exp: 0.5 }),
  'exp below 0': makeToken({ ...goodClaims, exp: -now }),
  'exp a text': makeToken({ ...goodClaims, exp: `${now + 3_600}` }),
  'exp null': makeToken({ ...goodClaims, exp: null }),
  'exp beyond numbers': makeToken(`{"iss":"i","aud":"a","exp":1e999}`),
  'not yet': makeToken({ ...goodClaims, nbf: now + 120 }),
  'nbf a text': makeToken({ ...goodClaims, nbf: 'tomorrow' }),
  'no iss': makeToken({ ...goodClaims, iss: undefined }),
  'iss a list': makeToken({ ...goodClaims, iss: ['i'] }),
  'iss nearly': makeToken({ ...goodClaims, iss: 'I' }),
  'no aud': makeToken({ ...goodClaims, aud: undefined }),
  'aud of another': makeToken({ ...goodClaims, aud: ['b', 'aa'] }),
  'aud an object': makeToken({ ...goodClaims, aud: { a: true } }),
  'aud lists in lists': makeToken({ ...goodClaims, aud: [['a']] }),
  'the last of two iss counts': makeToken(`{"iss":"i","aud":"a","iss":"j"}`),
  'payload a list': makeToken('[1]'),
  'payload null': makeToken('null'),
  'payload no JSON': makeToken('{'),
  'encrypted: five parts': `${signed}.a.b`,
  'four parts': `${signed}.a`,
  'one part': 'a',
  empty: '',
  dots: '..',
  'padded payload': `${head}.${payload}=.${signature}`,
  'plain Base64': `${head}.${payload}+/.${signature}`,
  huge: `${head}.${'A'.repeat(1_000_000)}.${signature}`,
  'deep nesting': makeToken('['.repeat(100_000)),
}

/** Tokens of odd looks that are good all the same. */
export const goodTokens: Readonly<Record<string, string>> = {
  signed,
  'without kid': makeToken(goodClaims, { alg: 'EdDSA' }),
  'with keys in its header, which are not looked at': withHeader({ jwk: { kty: 'oct', k: 'x' }, jku: 'http://x' }),
  'expired within the tolerance': makeToken({ ...goodClaims, exp: now - 30 }),
  'without exp': makeToken({ iss: 'i', aud: 'a', sub: 'ann' }),
  'one of several audiences': makeToken({ ...goodClaims, aud: ['b', 'a'] }),
  'of the shared secret': makeHmacToken(goodClaims),
}
