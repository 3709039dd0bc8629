import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import { authorization } from './proxy.ts'

test('a field that comes twice is judged line by line: who is refused does not get in by company', async () => {
  const conditions = [{ kind: 'header', name: 'x-user', anyOf: ['eve'] }] as const
  const { onRequest } = authorization.compile(
    { kind: 'authorization', rules: [{ name: 'eve', action: 'deny', conditions }], otherwise: 'allow' },
    idlePlane,
  )
  const statusFor = async (...users: string[]) => {
    const fields = users.flatMap((user) => ['x-user', user])
    return (await onRequest!(requestContext({ fields })))?.status
  }
  assert.equal(await statusFor('eve'), 403)
  assert.equal(await statusFor('eve', 'ann'), 403)
  assert.equal(await statusFor('ann', 'eve'), 403)
  assert.equal(await statusFor('ann', 'bob'), undefined)
})
