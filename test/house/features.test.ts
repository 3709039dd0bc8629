import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterOrder, policyOnly, slotFields } from '#features/order.ts'
import { listFiles, readText, report } from './tree.ts'

const headings = ['What', 'When', 'Example', 'Limits']

/** Filters fill a node that the planes compile; slots fill fields of the rule's action, so the planes know them already. */
const filesOfFilter = ['README.md', 'ir.ts', 'proxy.ts', 'envoy.ts']
const filesOfRules = ['translate.ts', 'supports.ts']

const slices = [
  ...filterOrder.map((kind) => ({ folder: folderOf(kind), files: [...filesOfFilter, ...wordsOf(folderOf(kind))] })),
  ...slotFields.map((field) => ({ folder: folderOf(field), files: ['README.md', ...filesOfRules] })),
  ...policyOnly.map((name) => ({ folder: folderOf(name), files: ['README.md', 'policy.ts'] })),
]

/** Where users write it: in rules, in policies or in both. */
function wordsOf(folder: string): readonly string[] {
  return listFiles().includes(`${folder}/policy.ts`) ? [] : filesOfRules
}

/** `requestMirror` lives in src/features/request-mirror. */
function folderOf(kind: string): string {
  return `src/features/${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

test('every folder of src/features has its line in order.ts, and the other way round', () => {
  const folders = listFiles().flatMap((file) => /^src\/features\/[^/]+(?=\/)/.exec(file)?.[0] ?? [])
  assert.deepEqual([...new Set(folders)].sort(), slices.map(({ folder }) => folder).sort())
})

test('every feature has its files', () => {
  const missing = slices.flatMap(({ folder, files }) => files.map((file) => `${folder}/${file}`))
  const absent = missing.filter((file) => !listFiles().includes(file))
  assert.equal(absent.length, 0, report('missing files:', absent))
})

test('every feature is tried in a scenario', () => {
  const untried = slices
    .map(({ folder }) => folder)
    .filter(
      (folder) => !listFiles().some((file) => file.startsWith(`${folder}/scenarios/`) && file.endsWith('/input.yaml')),
    )
  assert.equal(untried.length, 0, report('features without scenarios/<case>/input.yaml:', untried))
})

test('every README of a feature says what, when, an example and the limits', () => {
  const offences = slices
    .map(({ folder }) => `${folder}/README.md`)
    .filter((file) => listFiles().includes(file))
    .flatMap((file) => {
      const text = readText(file)
      const found = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1])
      const problems: string[] = []
      if (found.join() !== headings.join()) {
        problems.push(`${file}: has the headings ${found.join(', ')}; wanted are ${headings.join(', ')}`)
      }
      const example = text.split(/^## /m).find((part) => part.startsWith('Example'))
      if (!/^```yaml$/m.test(example ?? '')) problems.push(`${file}: Example has no yaml block`)
      return problems
    })
  assert.equal(offences.length, 0, report('READMEs:', offences))
})
