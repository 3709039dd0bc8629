import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { ok, problem } from '#kit/outcome.ts'
import { policyScope } from '../../../test/policy-scope.ts'
import { apiKeyAuth } from './policy.ts'

type Spec = Parameters<typeof apiKeyAuth.translate>[0]['apiKeyAuth']
type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>

const header: Spec['extractFrom'] = [{ headers: ['X-Key'] }]

function translate(secrets: Secrets, change: Partial<Spec> = {}) {
  const scope = policyScope({
    secret({ name }, path) {
      const found = secrets[name]
      if (!found) return problem('Invalid', `Secret ${name} does not exist`, `spec.${path}`)
      return ok(new Map(Object.entries(found).map(([client, key]) => [client, Buffer.from(key)])))
    },
  })
  const credentialRefs = Object.keys(secrets).map((name) => ({ name }))
  return apiKeyAuth.translate({ apiKeyAuth: { credentialRefs, extractFrom: header, ...change } }, scope)
}

test('clients in one order, the first word on each counts, and no key can be read', () => {
  const outcome = translate({ s: { b: 'kb', a: 'ka' }, t: { a: 'other', c: 'kc' } })
  const [node] = outcome.ok ? outcome.value.nodes : []
  assert.deepEqual(
    node?.clients.map(({ name, key }) => `${name} ${key.reveal()}`),
    ['a ka', 'b kb', 'c kc'],
  )
  assert.ok(!/k[abc]/.test(JSON.stringify(node)))
})

const refused: Readonly<Record<string, [Secrets, Partial<Spec>, string]>> = {
  'a Secret that is missing': [
    { s: { a: 'k' } },
    { credentialRefs: [{ name: 's' }, { name: 'x' }] },
    'credentialRefs[1]',
  ],
  'a key of two clients': [{ s: { a: 'k' }, t: { b: 'k' } }, {}, 'credentialRefs[1]'],
  'an empty key': [{ s: { a: '' } }, {}, 'credentialRefs[0]'],
  'a key with a line end': [{ s: { a: 'k\n' } }, {}, 'credentialRefs[0]'],
  'a key that no header brings': [{ s: { a: 'kü' } }, {}, 'credentialRefs[0]'],
  'no key at all': [{ s: {} }, {}, 'credentialRefs'],
  'a name that is none': [{ s: { a: 'k' } }, { extractFrom: [{ headers: ['a b'] }] }, 'extractFrom[0].headers[0]'],
  'a cookie that is none': [{ s: { a: 'k' } }, { extractFrom: [{ cookies: ['a;b'] }] }, 'extractFrom[0].cookies[0]'],
  'the name of a client into framing': [{ s: { a: 'k' } }, { forwardClientIDHeader: 'Host' }, 'forwardClientIDHeader'],
  'the name over the key': [{ s: { a: 'k' } }, { forwardClientIDHeader: 'x-key' }, 'forwardClientIDHeader'],
}
for (const [name, [secrets, change, path]] of Object.entries(refused))
  test(`refused: ${name}`, () => {
    const outcome = translate(secrets, change)
    assert.equal(outcome.ok ? undefined : outcome.problems[0]?.path, `spec.apiKeyAuth.${path}`)
  })
