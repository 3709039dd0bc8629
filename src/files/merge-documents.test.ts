import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject, ObjectKey } from '#api'
import { ok, problem } from '#kit/outcome.ts'
import { type FileContent, ObjectMerge } from './merge-documents.ts'
import type { ObjectRules } from './read-document.ts'
import { readText } from './read-file.ts'

const rules: ObjectRules = {
  validate: (input) =>
    (input as { spec?: unknown }).spec === 'bad' ? problem('Bad', 'bad', 'spec') : ok(input as KubeObject),
  isKnownKind: () => true,
  isNamespaced: () => true,
}

function random(seed: number) {
  let state = seed
  return (n: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % n
  }
}

const text = (draw: (n: number) => number) =>
  Array.from({ length: draw(5) }, () => {
    const spec = draw(12) === 0 ? 'bad' : `s${draw(3)}`
    return draw(25) === 0 ? 'a: [\n' : `apiVersion: v1\nkind: Service\nmetadata: {name: s${draw(8)}}\nspec: ${spec}\n`
  }).join('---\n')

test('steps lead to the same objects and problems as reading everything at once', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const draw = random(seed)
    const merge = new ObjectMerge([])
    const files = new Map<string, FileContent>()
    const live = new Map<ObjectKey, unknown>()
    for (let step = 0; step < 30; step++) {
      const file = `f${draw(4)}`
      if (draw(6) === 0) files.delete(file)
      else files.set(file, readText(file, text(draw), rules, files.get(file)))
      const contents = [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1))
      const merged = merge.merge(contents)
      for (const change of merged.changes) {
        if (change.kind === 'put') live.set(change.key, change.object.spec)
        else live.delete(change.key)
      }
      const fresh = new ObjectMerge([]).merge(contents.map(({ file, documents }) => ({ file, documents })))
      assert.deepEqual(merged.problems, fresh.problems, `seed ${seed} step ${step}`)
      const wanted = new Map(
        fresh.changes.flatMap((one) => (one.kind === 'put' ? [[one.key, one.object.spec] as const] : [])),
      )
      const broken = contents.some(({ documents }) => documents.some((document) => document.broken.length > 0))
      for (const [key, spec] of wanted) assert.equal(live.get(key), spec, `seed ${seed} step ${step} ${key}`)
      // Only broken text may keep what a fresh reading does not know.
      if (!broken) assert.equal(live.size, wanted.size, `seed ${seed} step ${step}`)
    }
  }
})
