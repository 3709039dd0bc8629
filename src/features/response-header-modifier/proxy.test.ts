import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import { responseHeaderModifier } from './proxy.ts'

test('removes, then sets, then adds', () => {
  const hooks = responseHeaderModifier.compile(
    {
      kind: 'responseHeaderModifier',
      remove: ['server'],
      set: [{ name: 'cache-control', value: 'no-store' }],
      add: [{ name: 'set-cookie', value: 'b=2' }],
    },
    idlePlane,
  )
  const fields = ['server', 'x', 'set-cookie', 'a=1', 'cache-control', 'public', 'cache-control', 'max-age=1']
  hooks.onResponse?.(requestContext(), { status: 200, fields, contentLength: 0 })
  assert.deepEqual(fields, ['set-cookie', 'a=1', 'cache-control', 'no-store', 'set-cookie', 'b=2'])
})
