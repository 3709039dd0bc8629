import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runStages } from './run-stages.ts'

const root = join(import.meta.dirname, '../..')

for (const file of globSync('src/features/*/README.md', { cwd: root }).sort()) {
  test(`the example of ${file} is valid and its route accepted`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'headgate-example-'))
    try {
      writeFileSync(join(folder, 'input.yaml'), readExample(readFileSync(join(root, file), 'utf8')))
      const routes = runStages(folder)
        .texts['statuses.txt'].split('\n')
        .filter((line) => line.startsWith('HTTPRoute'))
      assert.ok(routes.length > 0, 'no route found its Gateway')
      // An example may name Services that only its reader has.
      for (const line of routes) assert.match(line, /: Accepted ResolvedRefs(=False BackendNotFound.*)?$/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

/** The YAML under Example: whole objects, or the `rules` of a route. */
function readExample(readme: string): string {
  const [, example] = /## Example\n+```yaml\n(.*?)```/s.exec(readme) ?? []
  assert.ok(example, 'there is no yaml under Example')
  if (!example.startsWith('rules:')) return example
  const route = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: example\n'
  return `${route}spec:\n  parentRefs:\n    - name: gw\n${example.replace(/^/gm, '  ')}`
}
