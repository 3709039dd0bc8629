import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { ok } from '#kit/outcome.ts'
import { policyScope } from '../../../test/policy-scope.ts'
import { basicAuth } from './policy.ts'

const line = 'ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='

function translate(file: string | undefined, forwardUsernameHeader?: string) {
  const data = new Map(file === undefined ? [] : [['.htpasswd', Buffer.from(file)]])
  const scope = policyScope({ secret: () => ok(data) })
  const users = { name: 'people' }
  return basicAuth.translate({ basicAuth: { users, ...(forwardUsernameHeader && { forwardUsernameHeader }) } }, scope)
}

test('line ends of Windows and empty lines do no harm', () => {
  const outcome = translate(`\r\n${line}\r\n\r\n`, 'X-User')
  const [node] = outcome.ok ? outcome.value.nodes : []
  assert.equal(node?.users.reveal(), `${line}\n`)
  assert.equal(node?.forward, 'x-user')
  assert.ok(!JSON.stringify(node).includes('5en6'))
})

for (const [name, file] of Object.entries({
  'no such key': undefined,
  empty: '\n',
  'no colon': 'ann',
  'no name': ':{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=',
  'a plain password': 'ann:secret',
  bcrypt: 'ann:$2y$05$abcdefghijklmnopqrstuuvwxyz',
  'a digest that is too short': 'ann:{SHA}5en6',
  'no Base64': 'ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ!',
  'a name twice': `${line}\n${line}`,
  'a comment': `# people\n${line}`,
}))
  test(`${name}: refused, and nothing of it told`, () => {
    const outcome = translate(file)
    assert.ok(!outcome.ok)
    const [problem] = outcome.problems
    assert.equal(problem?.path, 'spec.basicAuth.users')
    assert.ok(!/secret|5en6|2y/.test(problem.message.replace('Secret people', '')), problem.message)
  })

test('fields that say where a message ends or who the client is are not for names', () => {
  for (const field of ['Host', 'Content-Length', 'X-Forwarded-For', 'a b'])
    assert.equal(translate(line, field).ok, false, field)
})

test('a Secret that is not there', () => {
  const outcome = basicAuth.translate({ basicAuth: { users: { name: 'gone' } } }, policyScope())
  assert.equal(outcome.ok, false)
})
