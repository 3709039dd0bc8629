import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import { urlRewrite } from './proxy.ts'

const matchedPath = { kind: 'prefix', value: '/old' } as const

test('changes host and path, and keeps the query', () => {
  const hooks = urlRewrite.compile(
    { kind: 'urlRewrite', hostname: 'b.test', path: { kind: 'prefix', value: '/new' } },
    idlePlane,
  )
  const context = requestContext({ path: '/old/x?y=1', authority: 'a.test:8080', matchedPath })
  void hooks.onRequest?.(context)
  assert.deepEqual([context.head.authority, context.head.path], ['b.test', '/new/x?y=1'])
})

test('without a hostname the Host stays as the client sent it', () => {
  const hooks = urlRewrite.compile({ kind: 'urlRewrite', path: { kind: 'full', value: '/' } }, idlePlane)
  const context = requestContext({ path: '/old?y', authority: 'a.test:8080', matchedPath })
  void hooks.onRequest?.(context)
  assert.deepEqual([context.head.authority, context.head.path], ['a.test:8080', '/?y'])
})

test('a second rewrite replaces the first instead of adding to it', () => {
  const rewrite = (value: string) =>
    urlRewrite.compile({ kind: 'urlRewrite', path: { kind: 'prefix', value } }, idlePlane)
  const context = requestContext({ path: '/old/x', matchedPath })
  void rewrite('/rule').onRequest?.(context)
  void rewrite('/backend').onRequest?.(context)
  assert.equal(context.head.path, '/backend/x')
})
