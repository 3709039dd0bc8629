import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import { requestHeaderModifier } from './proxy.ts'

test('removes, then sets, then adds', () => {
  const hooks = requestHeaderModifier.compile(
    {
      kind: 'requestHeaderModifier',
      remove: ['gone', 'fresh'],
      set: [
        { name: 'one', value: 'new' },
        { name: 'fresh', value: 'é' },
      ],
      add: [{ name: 'more', value: '2' }],
    },
    idlePlane,
  )
  const context = requestContext({
    fields: ['one', 'old', 'gone', 'x', 'more', '1', 'one', 'older', 'gone', 'y', 'fresh', 'x'],
  })
  assert.equal(hooks.onRequest?.(context), undefined)
  assert.deepEqual(context.head.fields, ['one', 'new', 'more', '1', 'fresh', '\u00c3\u00a9', 'more', '2'])
})
