import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { listFiles, readText, report, root } from './tree.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'headgate-examples-'))
after(() => rmSync(folder, { recursive: true }))

test('every example of examples/, README.md and the features is what headgate check finds right', async () => {
  const examples = listFiles().filter((file) => /^examples\/.*\.ya?ml$/.test(file))
  const pages = listFiles().filter((file) => /^(README\.md|docs\/.*\.md|src\/features\/.*\.md)$/.test(file))
  const written = pages.flatMap((page) => writeBlocks(page))
  assert.ok(examples.length > 0 && written.length > 0, 'no examples found')

  const problems = await check([...examples.map((file) => path.join(root, file)), ...written])
  // What an example leaves out (its Gateway, its Services) is a warning.
  const errors = problems
    .filter(({ severity }) => severity !== 'warning')
    .map(({ file, line, message }) => `${path.basename(file)}:${line}: ${message}`)
  assert.equal(errors.length, 0, report('examples that do not work:', errors))
})

test('a wrong example is found', async () => {
  const file = path.join(folder, 'wrong.yaml')
  writeFileSync(
    file,
    'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a }\nspec: { rulez: 1 }\n',
  )
  assert.notDeepEqual(await check([file]), [])
})

/**
 * Writes each yaml block of a page to a file of its own; a block that starts with `rules:` is the spec of a route. Features have
 * a namespace each: two policies on the same route would be in each other's way.
 */
function writeBlocks(page: string): string[] {
  return [...readText(page).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match, index) => {
    const file = path.join(folder, `${page.replaceAll('/', '-')}-${index}.yaml`)
    const text = /^rules:/.test(match[1]!) ? wrapRules(match[1]!, index) : match[1]!
    const feature = /^src\/features\/([^/]+)/.exec(page)?.[1]
    writeFileSync(
      file,
      feature ? text.replaceAll(/^metadata:\n(?! {2}namespace)/gm, `$&  namespace: ${feature}\n`) : text,
    )
    return file
  })
}

function wrapRules(rules: string, index: number): string {
  const spec = `spec:\n  parentRefs: [{ name: gw }]\n${rules.replace(/^/gm, '  ')}`
  return `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: example-${index} }\n${spec}`
}

interface Found {
  readonly file: string
  readonly line: number
  readonly message: string
  readonly severity: string
}

function check(files: readonly string[]): Promise<Found[]> {
  const args = ['check', ...files.flatMap((file) => ['-f', file]), '-o', 'json']
  return new Promise((resolve, reject) => {
    execFile(path.join(root, 'bin/headgate'), args, { maxBuffer: 1 << 24 }, (error, text, complaint) => {
      // 1: the input is wrong, which is what we want to hear of.
      if (error !== null && error.code !== 1) return reject(new Error(complaint))
      const { files: judged } = JSON.parse(text) as { files: { file: string; problems: Omit<Found, 'file'>[] }[] }
      resolve(judged.flatMap(({ file, problems }) => problems.map((problem) => ({ ...problem, file }))))
    })
  })
}
