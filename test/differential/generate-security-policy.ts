import { encode, keySet, makeHmacToken, makeToken } from '../../src/features/jwt/tokens.fixture.ts'
import type { Random } from '../fuzz/http1-generate.ts'
import { type Part, times } from './generate-table.ts'

const ann = { iss: 'i', aud: 'a', sub: 'ann', scope: 'read write', roles: ['boss'], org: { team: 'one' }, age: 7 }

/** Good ones and bad ones. None has a time in it, so that a seed always makes the same. */
export const tokens: readonly string[] = [
  makeToken(ann),
  makeToken({ ...ann, sub: 'eve', scope: 'read', roles: [] }),
  makeHmacToken({ iss: 'i', aud: ['b', 'a'], sub: 'bob' }),
  makeToken({ ...ann, iss: 'j' }),
  makeToken({ ...ann, aud: 'b' }),
  makeToken({ ...ann, exp: 1_000_000_000 }),
  `${makeToken(ann).slice(0, -6)}AAAAAA`,
  `${encode({ alg: 'none' })}.${encode(ann)}.`,
  'not.a.token',
]

/** The spec of a SecurityPolicy, without targets. */
export function generateSecurityPolicy(random: Random): Part {
  const jwt = random.below(3) > 0
  return {
    ...(jwt && { jwt: generateJwt(random) }),
    ...((!jwt || random.below(2) === 0) && { authorization: generateAuthorization(random, jwt) }),
    ...(random.below(6) === 0 && { cors: generateCors(random) }),
    ...(random.below(6) === 0 && { csrf: generateCsrf(random) }),
    ...(random.below(6) === 0 && { basicAuth: generateBasicAuth(random) }),
    ...(random.below(6) === 0 && { apiKeyAuth: generateApiKeys(random) }),
  }
}

/** What the policies refer to. Users: ann:secret. */
export const secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  people: { '.htpasswd': 'ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n' },
  keys: { app: 'key-of-app', other: 'key of other/+&' },
}

/** Of users and clients, good and bad. */
export const passwords = ['Basic YW5uOnNlY3JldA==', 'Basic YW5uOndyb25n', 'basic YW5uOnNlY3JldA==', 'Basic ?'] as const
export const apiKeys = ['key-of-app', 'key of other/+&', 'no-key'] as const

function generateCors(random: Random): Part {
  return {
    allowOrigins: random.pick([['*'], ['https://www.foo.com'], ['https://*.bar.com']]),
    ...(random.below(2) === 0 && { allowMethods: ['GET', 'PUT'] }),
    ...(random.below(2) === 0 && { allowHeaders: ['x-one'] }),
    ...(random.below(2) === 0 && { exposeHeaders: ['x-new'] }),
    ...(random.below(2) === 0 && { allowCredentials: true }),
    ...(random.below(2) === 0 && { maxAge: '1m' }),
  }
}

function generateCsrf(random: Random): Part {
  return random.below(2) === 0 ? {} : { additionalOrigins: ['https://*.bar.com', 'http://a.test:8080'] }
}

function generateBasicAuth(random: Random): Part {
  return { users: { name: 'people' }, ...(random.below(2) === 0 && { forwardUsernameHeader: 'X-User' }) }
}

function generateApiKeys(random: Random): Part {
  return {
    credentialRefs: [{ name: 'keys' }],
    extractFrom: [{ headers: ['x-api-key'] }, { params: ['key'] }, { cookies: ['key'] }].slice(random.below(3)),
    ...(random.below(2) === 0 && { forwardClientIDHeader: 'x-team' }),
    ...(random.below(2) === 0 && { sanitize: true }),
  }
}

function generateJwt(random: Random): Part {
  const provider = {
    name: 'p',
    ...(random.below(4) > 0 && { issuer: 'i' }),
    ...(random.below(3) > 0 && { audiences: ['a'] }),
    localJWKS: { type: 'Inline', inline: keySet },
    ...(random.below(2) === 0 && {
      claimToHeaders: [
        { header: 'x-user', claim: 'sub' },
        { header: 'x-team', claim: random.pick(['org.team', 'roles', 'age', 'none']) },
      ],
    }),
    ...(random.below(3) === 0 && {
      extractFrom: {
        headers: [{ name: 'x-token', ...(random.below(2) === 0 && { valuePrefix: 'T ' }) }],
        params: ['t'],
        cookies: ['session'],
      },
    }),
  }
  const lets = random.pick([{}, {}, { optional: true }, { failOpen: true }])
  return { ...lets, providers: [provider] }
}

function generateAuthorization(random: Random, jwt: boolean): Part {
  return {
    ...(random.below(3) > 0 && { defaultAction: random.pick(['Allow', 'Deny']) }),
    rules: times(1 + random.below(3), () => generateRule(random, jwt)),
  }
}

function generateRule(random: Random, jwt: boolean): Part {
  const principals: readonly Part[] = [
    { clientCIDRs: [random.pick(['0.0.0.0/0', '127.0.0.0/8', '10.1.0.0/16', '198.51.100.0/24'])] },
    { headers: [{ name: random.pick(['X-User', 'x-one', 'version']), values: ['1', 'ann'] }] },
    ...(jwt
      ? [
          { jwt: { provider: 'p', scopes: [random.pick(['read', 'write'])] } },
          { jwt: { provider: 'p', claims: [{ name: 'sub', values: ['ann', 'bob'] }] } },
          { jwt: { provider: 'p', claims: [{ name: 'roles', valueType: 'StringArray', values: ['boss'] }] } },
          { jwt: { provider: 'p', claims: [{ name: 'org.team', values: ['one'] }] } },
        ]
      : []),
  ]
  const operation = {
    ...(random.below(2) === 0 && { methods: [random.pick(['GET', 'POST', 'OPTIONS', 'HEAD'])] }),
    ...(random.below(3) === 0 && { path: generatePath(random) }),
  }
  return {
    action: random.pick(['Allow', 'Deny']),
    principal: Object.assign({}, ...times(1 + random.below(2), () => random.pick(principals))) as Part,
    ...(Object.keys(operation).length > 0 && { operation }),
  }
}

function generatePath(random: Random): Part {
  const [type, value] = random.pick([
    ['Exact', '/a'],
    ['Exact', '/a/b'],
    ['PathPrefix', '/a'],
    ['PathPrefix', '/a/'],
    ['RegularExpression', '/[ab]+'],
    ['RegularExpression', '/.*/b'],
  ] as const)
  return { type, value, ...(random.below(4) === 0 && { invert: true }) }
}
