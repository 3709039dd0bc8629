import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptySnapshot, type Route } from '#ir'
import { printSnapshot } from './print-snapshot.ts'

const route: Route = {
  key: 'HTTPRoute/default/r/0@default/gw/http',
  listener: 'default/gw/http',
  origin: { kind: 'HTTPRoute', namespace: 'default', name: 'r' },
  rule: 0,
  createdAt: '',
  hostnames: [''],
  matches: [{ path: { kind: 'prefix', value: '/' }, headers: [], query: [] }],
  filters: [],
  action: {
    kind: 'forward',
    to: [
      { kind: 'backend', backend: 'Service/default/a/80', weight: 9, filters: [] },
      { kind: 'broken', weight: 1, status: 500, why: 'gone' },
    ],
    timeouts: { requestMs: 100, backendRequestMs: 0 },
    retry: { attempts: 1, codes: [503], backoffMs: 25 },
  },
}

test('defaults and what is usual are left out', () => {
  const endpoints = [{ backend: 'Service/default/a/80', endpoints: [] }]
  const text = printSnapshot({ ...emptySnapshot, routes: [route], endpoints }, { ...emptySnapshot, endpoints })
  assert.equal(
    text,
    `routes:
  HTTPRoute/default/r/0@default/gw/http:
    forward: [Service/default/a/80 weight 9, broken 500 gone]
    timeouts: {requestMs: 100}
    retry: {attempts: 1, codes: [503], backoffMs: 25}
`,
  )
})

test('nothing unusual is no text', () => assert.equal(printSnapshot(emptySnapshot, emptySnapshot), ''))
