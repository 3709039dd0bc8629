import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyScope } from '../../../test/policy-scope.ts'
import { authorization } from './policy.ts'

type Spec = Parameters<typeof authorization.translate>[0]
type Rule = NonNullable<Spec['authorization']['rules']>[number]

function translate(spec: Spec, carries: 'http' | 'stream' = 'http') {
  return authorization.translate(spec, policyScope({ carries }))
}

const at = (path: string) => `spec.authorization.rules[0]${path}`
const refused: readonly [string, Omit<Rule, 'action'>, string][] = [
  ['a rule that everybody meets', {}, at('')],
  ['an empty principal', { principal: {} }, at('')],
  ['an address without length', { principal: { clientCIDRs: ['10.0.0.1'] } }, at('.principal.clientCIDRs[0]')],
  ['too long a prefix', { principal: { clientCIDRs: ['10.0.0.0/8', '10.0.0.0/33'] } }, at('.principal.clientCIDRs[1]')],
  ['too long a prefix of IPv6', { principal: { clientCIDRs: ['::/129'] } }, at('.principal.clientCIDRs[0]')],
  ['no address', { principal: { clientCIDRs: ['office/8'] } }, at('.principal.clientCIDRs[0]')],
  ['two lengths', { principal: { clientCIDRs: ['10.0.0.0/8/8'] } }, at('.principal.clientCIDRs[0]')],
  [
    'a provider that is not there',
    { principal: { jwt: { provider: 'q', scopes: ['a'] } } },
    at('.principal.jwt.provider'),
  ],
  ['a path that begins with nothing', { operation: { path: { value: 'a' } } }, at('.operation.path.value')],
  ['a path with a query', { operation: { path: { value: '/a?b' } } }, at('.operation.path.value')],
  ['a path with dot segments', { operation: { path: { value: '/a/../b' } } }, at('.operation.path.value')],
  [
    'a regular expression that is none',
    { operation: { path: { type: 'RegularExpression', value: '(' } } },
    at('.operation.path.value'),
  ],
]
for (const [name, rule, path] of refused) {
  test(`refused, with its place: ${name}`, () => {
    const jwt = { providers: [{ name: 'p' }] }
    const outcome = translate({ jwt, authorization: { rules: [{ action: 'Deny', ...rule }] } })
    assert.equal(outcome.ok ? 'taken' : outcome.problems[0]!.path, path)
    assert.ok(!outcome.ok && outcome.problems[0]!.message.length > 10)
  })
}

test('what says nothing denies', () => {
  const outcome = translate({ authorization: {} })
  assert.deepEqual(outcome, { ok: true, value: { nodes: [{ kind: 'authorization', rules: [], otherwise: 'deny' }] } })
})

const local: Rule = { name: 'local', action: 'Allow', principal: { clientCIDRs: ['10.0.0.0/8'] } }

test('of connections addresses can be judged, and nothing else', () => {
  assert.deepEqual(translate({ authorization: { defaultAction: 'Allow', rules: [local] } }, 'stream'), {
    ok: true,
    value: {
      admit: {
        rules: [{ name: 'local', action: 'allow', sources: [{ address: '10.0.0.0', length: 8 }] }],
        otherwise: 'allow',
      },
    },
  })
  const more: readonly Rule[] = [
    { ...local, operation: { methods: ['GET'] } },
    { action: 'Allow', principal: { ...local.principal, headers: [{ name: 'x', values: ['a'] }] } },
    { action: 'Allow', principal: { headers: [{ name: 'x', values: ['a'] }] } },
    { ...local, operation: { path: { value: '/a' } } },
  ]
  for (const rule of more) {
    const outcome = translate({ authorization: { rules: [local, rule] } }, 'stream')
    // A node is what the trunk closes a TCPRoute for.
    assert.ok(outcome.ok && !('admit' in outcome.value) && outcome.value.nodes.length === 1)
  }
})
