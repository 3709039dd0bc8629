import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const root = path.join(import.meta.dirname, '..', '..')

// `bin/headgate` starts the bundle where there is one, and a bundler changes how modules meet: each command, in each format.
test('the bundle prints what the sources print', (t) => {
  // Below the checkout, so that what is not bundled is found as in the package.
  const folder = mkdtempSync(path.join(root, 'node_modules', '.bundle-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const call = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  const built = call('scripts/build.ts', folder)
  assert.equal(built.status, 0, built.stderr)
  const files = ['-f', 'examples/quickstart']
  const commands = [
    ['version', '-o', 'yaml'],
    ['check', ...files, '-o', 'yaml'],
    ['status', ...files, '-o', 'yaml'],
    ['status', ...files],
    ['translate', ...files],
    ['translate', ...files, '--to', 'statuses', '-o', 'json'],
    ['explain', 'http://shop.localhost:8080/cart', ...files, '-o', 'yaml'],
    ['run'],
  ]
  for (const command of commands) {
    const sources = call('src/apps/headgate.ts', ...command)
    const bundle = call(path.join(folder, 'headgate.js'), ...command)
    // Statuses have times, and these are two moments.
    const timeless = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    assert.deepEqual(
      { ...bundle, stdout: timeless(bundle.stdout) },
      { ...sources, stdout: timeless(sources.stdout) },
      command.join(' '),
    )
    assert.notEqual(bundle.status, 3, `${command.join(' ')}: ${bundle.stderr}`)
  }
})
