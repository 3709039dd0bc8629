import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileExpression } from './cel/compile.ts'
import { Scope } from './cel/scope.ts'
import { CORE_KINDS } from './core/index.ts'
import { GENERATED_KINDS } from './generated/kinds.ts'
import { type HTTPRoute, isKnownKind } from './index.ts'
import { linkSchemas } from './schema/link.ts'
import type { Schema } from './schema/schema.ts'
import { validateObject } from './validate.ts'

const V1 = 'gateway.networking.k8s.io/v1'
const route = (metadata: object, spec: object = {}, apiVersion = V1): object => ({
  apiVersion,
  kind: 'HTTPRoute',
  metadata,
  spec,
})

function problems(input: unknown): readonly string[] {
  const outcome = validateObject(input)
  return outcome.ok ? [] : outcome.problems.map(({ path, reason, message }) => `${path} ${reason}: ${message}`)
}

function stored(input: unknown): HTTPRoute {
  const outcome = validateObject(input)
  assert.ok(outcome.ok, JSON.stringify(outcome))
  return outcome.value as HTTPRoute
}

test('an HTTPRoute comes back with everything the API server would fill in', () => {
  const { metadata, spec } = stored(
    route({ name: 'a' }, { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 's', port: 80 }] }] }),
  )
  assert.deepEqual(metadata, { name: 'a', namespace: 'default' })
  assert.deepEqual(spec, {
    parentRefs: [{ name: 'gw', group: 'gateway.networking.k8s.io', kind: 'Gateway' }],
    rules: [
      {
        backendRefs: [{ name: 's', port: 80, group: '', kind: 'Service', weight: 1 }],
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      },
    ],
  })
  assert.deepEqual(stored(route({ name: 'a' })).spec.rules, [
    { matches: [{ path: { type: 'PathPrefix', value: '/' } }] },
  ])
})

test('older served versions become the preferred one', () => {
  for (const [apiVersion, kind, spec] of [
    [`${V1}beta1`, 'HTTPRoute', {}],
    [`${V1}alpha2`, 'TCPRoute', { rules: [{ backendRefs: [{ name: 's', port: 1 }] }] }],
    [
      `${V1}beta1`,
      'ReferenceGrant',
      { from: [{ group: '', kind: 'A', namespace: 'n' }], to: [{ group: '', kind: 'B' }] },
    ],
    [`${V1}beta1`, 'GatewayClass', { controllerName: 'a.b/c' }],
  ] as const) {
    assert.equal(stored({ apiVersion, kind, metadata: { name: 'a' }, spec }).apiVersion, V1)
  }
  assert.match(
    problems(route({ name: 'a' }, {}, `${V1}alpha2`))[0]!,
    /apiVersion UnknownKind: HTTPRoute is not served as .*; use .*\/v1 or .*\/v1beta1/,
  )
})

test('a status in a manifest is left out, whatever it says', () => {
  assert.equal(stored({ ...route({ name: 'a' }), status: { parents: 1 } }).status, undefined)
})

describe('what an object must be', () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    ['text', /^ FieldValueTypeInvalid: must be an object/],
    [{ kind: 'Gateway' }, /^apiVersion FieldValueRequired/],
    [{ apiVersion: V1 }, /^kind FieldValueRequired/],
    [{ apiVersion: V1, kind: 'HttpRoute', metadata: {} }, /^kind UnknownKind: .*did you mean 'HTTPRoute'/],
    [route({}), /^metadata.name FieldValueRequired/],
    [{ apiVersion: V1, kind: 'HTTPRoute', spec: {} }, /^metadata FieldValueRequired/],
    [{ apiVersion: V1, kind: 'HTTPRoute', metadata: { name: 'a' } }, /^spec FieldValueRequired/],
    [route({ name: 'A' }), /^metadata.name FieldValueInvalid: 'A' may only have lower-case/],
    [route({ name: 1 }), /^metadata.name FieldValueTypeInvalid: must be a string \(put it in quotes\)/],
    [route({ name: 'a', namespace: 'a.b' }), /^metadata.namespace FieldValueInvalid/],
    [route({ name: 'a', lables: {} }), /^metadata.lables FieldUnknown: .*did you mean 'labels'/],
    [route({ name: 'a', labels: { a: true } }), /^metadata.labels.a FieldValueTypeInvalid: must be a string/],
    [route({ name: 'a', labels: { 'a b': '' } }), /^metadata.labels FieldValueInvalid: key 'a b'/],
    [route({ name: 'a', labels: { a: 'b c' } }), /^metadata.labels.a FieldValueInvalid: 'b c'/],
    [route({ name: 'a', annotations: { a: 'x'.repeat(262_144) } }), /^metadata.annotations FieldValueTooLong/],
    [{ ...route({ name: 'a' }), sepc: {} }, /^sepc FieldUnknown: .*did you mean 'spec'/],
    [
      {
        apiVersion: V1,
        kind: 'GatewayClass',
        metadata: { name: 'a', namespace: 'b' },
        spec: { controllerName: 'a.b/c' },
      },
      /^metadata.namespace FieldValueForbidden/,
    ],
  ]
  for (const [input, pattern] of cases) test(String(pattern), () => assert.match(problems(input)[0] ?? '', pattern))
  test('what kubectl writes is fine', () => {
    const metadata = {
      name: 'a',
      creationTimestamp: null,
      annotations: { 'a.b/c': 'x\ny' },
      labels: { a: '' },
      resourceVersion: '1',
    }
    assert.deepEqual(problems(route(metadata)), [])
  })
})

test('all problems are told at once', () => {
  const found = problems(route({ name: 'A' }, { hostname: 'a', rules: [{ backendRefs: [{ nam: 's', port: '80' }] }] }))
  assert.deepEqual(found.map((problem) => problem.split(' ')[0]).sort(), [
    'metadata.name',
    'spec.hostname',
    'spec.rules[0].backendRefs[0].nam',
    'spec.rules[0].backendRefs[0].name',
    'spec.rules[0].backendRefs[0].port',
  ])
})

test('kinds we know', () => {
  assert.ok(
    isKnownKind(V1, 'HTTPRoute') &&
      isKnownKind('v1', 'Service') &&
      isKnownKind('gateway.envoyproxy.io/v1alpha1', 'Backend'),
  )
  assert.ok(!isKnownKind('apps/v1', 'Deployment') && !isKnownKind('v1', 'HTTPRoute') && !isKnownKind(V1, 'constructor'))
})

test('every rule of every served version compiles, and names only fields that its schema has', () => {
  const roots = GENERATED_KINDS.flatMap(({ schema }) => [...linkSchemas(schema).values()])
  const seen = new Set<Schema>()
  let rules = 0
  const walk = (schema: Schema): void => {
    if (seen.has(schema)) return
    seen.add(schema)
    for (const { rule, messageExpression } of schema.rules ?? []) {
      for (const source of [rule, messageExpression ?? '""'])
        compileExpression(source, Scope.of({ self: schema, oldSelf: schema }))
      rules += 1
    }
    const values = schema.additionalProperties
    for (const part of [...Object.values(schema.properties ?? {}), schema.items, values]) {
      if (typeof part === 'object') walk(part)
    }
  }
  for (const root of [...roots, ...CORE_KINDS.map((kind) => kind.schemaOf('v1'))]) walk(root)
  assert.ok(rules > 150, `${rules} rules`)
})
