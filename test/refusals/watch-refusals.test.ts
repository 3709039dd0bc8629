import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { unaskedRefusals, watchRefusals } from './watch-refusals.ts'

const refused = (name: string) => JSON.stringify({ refused: { kind: 'cluster', name, message: 'no\n' } })

test('what no test has asked for is left, each once', () => {
  const lines = [refused('a'), refused('b'), JSON.stringify({ expected: '^cluster a$' }), refused('b'), '']
  assert.deepEqual(unaskedRefusals(lines.join('\n')), ['cluster b: no'])
  assert.deepEqual(unaskedRefusals(''), [])
})

test('a refusal in a process of the run, however deep, makes the run fail', () => {
  const state = new URL('../../src/envoy/server/node-state.ts', import.meta.url).href
  const inner = `
    const { NodeState } = await import(${JSON.stringify(state)})
    const kinds = ['secret', 'cluster', 'endpoints', 'extension', 'listener', 'route', 'virtualHost', 'runtime']
    const none = Object.fromEntries(kinds.map((kind) => [kind, []]))
    new NodeState().publish({ ...none, cluster: [{ name: 'broken', connect_timeout: '-1s' }] })`
  const outer = `require('node:child_process').execFileSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(inner)}])`
  const program = `
    const { watchRefusals } = await import(${JSON.stringify(new URL('./watch-refusals.ts', import.meta.url).href)})
    const watch = watchRefusals()
    const { spawnSync } = await import('node:child_process')
    spawnSync(process.execPath, ['-e', ${JSON.stringify(outer)}], { stdio: 'inherit' })
    watch.judge()`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  assert.match(stderr, /Envoy refuses cluster broken: .*connect_timeout/)
  assert.equal(status, 1)
})

test('a run without refusals passes', () => {
  const before = process.exitCode
  watchRefusals().judge()
  assert.equal(process.exitCode, before)
})
