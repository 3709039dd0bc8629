import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { listFiles, readText, report } from './tree.ts'

test('docs/dependencies.md gives a reason for every package, and for no other', () => {
  const { dependencies, devDependencies } = JSON.parse(readText('package.json')) as Record<
    string,
    Record<string, string>
  >
  const wanted = Object.keys({ ...dependencies, ...devDependencies }).sort()
  const told = [...readText('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]).sort()
  assert.deepEqual(told, wanted)
})

test('docs/reference/errors.md has every code of StreamError, with the status that clients get', () => {
  const union = /interface StreamError \{[\s\S]*?readonly code:([\s\S]*?)\n {2}readonly/.exec(
    readText('src/proxy/stream.ts'),
  )
  const codes = [...(union?.[1] ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]!)
  assert.ok(codes.length > 0, 'src/proxy/stream.ts: no codes found')

  const told = new Map(
    [...readText('docs/reference/errors.md').matchAll(/^\| `(\w+)` \|[^|]*\| (\d{3}) \|/gm)].map((row) => [
      row[1],
      row[2],
    ]),
  )
  assert.deepEqual([...told.keys()].sort(), [...codes].sort())

  const table = /statusOf: Record<StreamError\['code'\], number> = \{([^}]*)\}/.exec(
    listFiles()
      .filter((file) => /^src\/proxy\/[\w-]+\.ts$/.test(file))
      .map(readText)
      .join('\n'),
  )
  assert.ok(table !== null, 'src/proxy: no statusOf found')
  for (const [, code = '', status] of table[1]!.matchAll(/(\w+): (\d+)/g)) assert.equal(told.get(code), status, code)
})

test('links between documents lead somewhere', () => {
  const offences = listFiles()
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...readText(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((match) => path.posix.join(path.posix.dirname(file), match[1]!).replace(/\/$/, ''))
        .filter((target) => !listFiles().some((one) => one === target || one.startsWith(`${target}/`)))
        .map((target) => `${file}: ${target}`),
    )
  assert.equal(offences.length, 0, report('links to nowhere:', offences))
})
