import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeProgram, gateway } from '../machinery.fixture.ts'
import { runProgram } from '../program.ts'

async function run(line: string) {
  const program = fakeProgram({ objects: [gateway([{ name: 'http', port: 80 }])] })
  const code = await runProgram(line.split(' '), program.machinery, program.terminal)
  return { code, ...program.written }
}

test('the resources of a Gateway, as they are', async () => {
  const { code, out } = await run('envoy config -f shop --gateway a/gw -o json')
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out), { listener: ['a/gw/http'], gateway: 'a/gw' })
})

test('a Gateway that is not there is named, with those that are', async () => {
  const { code, error } = await run('envoy config -f shop --gateway a/other')
  assert.equal(code, 1)
  assert.match(error, /--gateway a\/other: it has no listener of ours; there is a\/gw/)
})

test('a word that is not known is a mistake of the command line', async () => {
  const { code, error } = await run('envoy conf -f shop')
  assert.equal(code, 2)
  assert.match(error, /headgate envoy config/)
})
