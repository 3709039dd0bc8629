import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import manifest from '#package' with { type: 'json' }
import { listContext } from './build-context.ts'
import { parseDockerfile, parseExec } from './parse-dockerfile.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const stages = parseDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'))

test('the image is built with the Node that the tests run on', () => {
  const version = manifest.devDependencies.node
  assert.equal(/^node:([\d.]+)-/.exec(stages[0]?.base ?? '')?.[1], version)
})

test('every base is of one version, and the image does not run as root', () => {
  for (const { base } of stages) assert.match(base, /:(?!latest)[\w.-]+$/)
  const words = (name: string) => stages.at(-1)!.instructions.findLast((one) => one.name === name)?.words ?? ''
  assert.match(words('USER'), /^[1-9]\d*:[1-9]\d*$/, 'numbers: runAsNonRoot has to be checked without the image')
  assert.equal(parseExec(words('ENTRYPOINT'))[0], '/usr/bin/node')
})

test('the build sees sources, and no tests, histories or installed packages', () => {
  const files = listContext(root)
  for (const wanted of ['package-lock.json', '.npmrc', 'scripts/build.ts', 'src/apps/headgate.ts', 'bin/headgate'])
    assert.ok(files.includes(wanted), wanted)
  const foreign = files.filter((file) => /^(node_modules|\.git|test|docs|deploy|dist)\/|\.test\.ts$/.test(file))
  assert.deepEqual(foreign, [])
})

test('lines that go on, comments and names of stages are read', () => {
  const text = 'FROM a:1 AS one\nRUN x && \\\n  y\n# no\nFROM b:2\nCOPY --from=one / /\n'
  assert.deepEqual(parseDockerfile(text), [
    { base: 'a:1', name: 'one', instructions: [{ name: 'RUN', words: 'x &&    y' }] },
    { base: 'b:2', name: '1', instructions: [{ name: 'COPY', words: '--from=one / /' }] },
  ])
})
