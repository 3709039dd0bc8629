import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'

const root = path.join(import.meta.dirname, '..', '..')
const program = path.join(root, 'bin', 'headgate')

function call(words: readonly string[], { input = '', from = program, env = process.env } = {}) {
  const { status, stdout, stderr } = spawnSync(from, words, { cwd: root, input, env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-program-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('the program runs through links from anywhere', (t) => {
  const folder = temporaryFolder(t)
  symlinkSync(program, path.join(folder, 'one'))
  symlinkSync('one', path.join(folder, 'two'))
  const { status, stdout } = call(['version'], { from: path.join(folder, 'two') })
  assert.equal(status, 0)
  assert.match(stdout, /^headgate \d+\.\d+\.\d+\n/)
})

test('an old Node is told what is needed', (t) => {
  const folder = temporaryFolder(t)
  // A copy of the script without a checkout around it, and a node that says it is old.
  spawnSync('mkdir', ['bin'], { cwd: folder })
  spawnSync('cp', [program, path.join(folder, 'bin', 'headgate')])
  writeFileSync(path.join(folder, 'node'), '#!/bin/sh\necho v20.1.0\n', { mode: 0o755 })
  const env = { ...process.env, PATH: `${folder}:/usr/bin:/bin` }
  const { status, stderr } = call(['version'], { from: path.join(folder, 'bin', 'headgate'), env })
  assert.equal(status, 3)
  assert.match(stderr, /Node\.js 24 or newer is needed; .* is version 20\./)
})

test('the examples have no problems, one by one and together', () => {
  for (const example of ['examples/quickstart', 'examples/localhost-3000.yaml', 'examples']) {
    const { status, stdout } = call(['check', '-f', example])
    assert.equal(status, 0, stdout)
    assert.match(stdout, /: no problems\n$/)
  }
})

test('the quickstart shows two hosts, a split, a redirect and a header rewrite', () => {
  const ask = (url: string) => JSON.parse(call(['explain', url, '-f', 'examples/quickstart', '-o', 'json']).stdout)
  const split = ask('http://shop.localhost:8080/')
  assert.deepEqual(
    split.backends.map(({ percent }: { percent: number }) => percent),
    [90, 10],
  )
  assert.equal(ask('http://shop.localhost:8080/basket').answer.status, 301)
  assert.equal(ask('http://api.localhost:8080/').filters[0].kind, 'requestHeaderModifier')
  assert.equal(ask('http://other.localhost:8080/').answer.status, 404)
})

test('check reads standard input and points at the field', () => {
  const input = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  rules:
    - matches:
        - path:
            type: Prefix
            value: /a
`
  const { status, stdout } = call(['check', '-f', '-', '-o', 'json'], { input })
  assert.equal(status, 1)
  const [{ file, problems }] = JSON.parse(stdout).files
  assert.equal(file, '<stdin>')
  assert.equal(problems.length, 1)
  const { path: field, line, column, severity, message } = problems[0]
  assert.deepEqual([field, line, column, severity], ['spec.rules[0].matches[0].path.type', 10, 13, 'error'])
  assert.match(message, /PathPrefix/)
})

test('nothing on the PATH has colours when the output is no terminal', () => {
  const { stderr, status } = call(['staus', '-f', 'x'])
  assert.equal(status, 2)
  assert.equal(stderr, 'error: unknown command "staus"; did you mean status?\nSee headgate help.\n')
})
