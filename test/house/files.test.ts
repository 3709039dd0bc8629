import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGenerated, listFiles, readText, report } from './tree.ts'

const textFile = /\.(ts|js|json|ya?ml|md|txt|sh|toml)$|(^|\/)(run|headgate|\.gitignore|\.npmrc)$/
const thisFolder = 'test/house/'

test('no file has more than 600 lines', () => {
  const long = listFiles()
    .filter((file) => file.endsWith('.ts') && !isGenerated(file))
    .map((file) => ({ file, lines: readText(file).split('\n').length - 1 }))
    .filter(({ lines }) => lines > 600)
    .map(({ file, lines }) => `${file}: ${lines} lines`)
  assert.equal(long.length, 0, report('a file past 600 lines usually holds two ideas: split it by idea:', long))
})

test('no file names a package registry or a path of the machine it was written on', () => {
  // A resolved URL in the lock file or an absolute home makes a clone depend on one machine's network or disk.
  const forbidden: readonly [RegExp, string][] = [
    [/"resolved":\s*"https?:/, 'lock files carry no download address (.npmrc: omit-lockfile-registry-resolved)'],
    [/\bhttps?:\/\/[\w.-]*(registry|artifactory|nexus|verdaccio)[\w.-]*\//, 'registries are chosen by the machine'],
    [/\b(registry\.npmjs\.org|proxy\.golang\.org|pypi\.org\/simple)\b/, 'registries are chosen by the machine'],
    [/(?<![\w.~-])\/(work|Users|root)\/[\w.-]+/, 'a path of one machine'],
    [/(?<![\w.~-])\/home\/[a-z][\w-]*\//, 'a path of one machine'],
  ]
  const offences: string[] = []
  for (const file of listFiles()) {
    if (!textFile.test(file) || file.startsWith(thisFolder)) continue
    readText(file)
      .split('\n')
      .forEach((line, index) => {
        for (const [pattern, why] of forbidden) {
          const found = pattern.exec(line)
          if (found !== null) offences.push(`${file}:${index + 1}: '${found[0]}': ${why}`)
        }
      })
  }
  assert.equal(offences.length, 0, report('files that know too much about one machine:', offences))
})

test('sources are named in kebab-case and export by name', () => {
  const offences = listFiles()
    .filter((file) => /^(src|test|scripts)\/.*\.ts$/.test(file) && !isGenerated(file))
    .flatMap((file) => {
      const name = file.split('/').at(-1) ?? ''
      const bad: string[] = []
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.ts$/.test(name)) bad.push(`${file}: not kebab-case`)
      if (/^(utils?|helpers?|common|misc|manager)\.ts$/.test(name)) bad.push(`${file}: name it after its subject`)
      const line = file.startsWith(thisFolder)
        ? -1
        : readText(file)
            .split('\n')
            .findIndex((text) => /^export default\b/.test(text))
      if (line >= 0) bad.push(`${file}:${line + 1}: export by name, not by default`)
      return bad
    })
  assert.equal(offences.length, 0, report('names:', offences))
})

test('every command that the documents promise is in package.json', () => {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> }
  const offences = listFiles()
    .filter((file) => /(^|\/)(README|CONTRIBUTING)\.md$|^docs\/.*\.md$|^\.ci\/run$/.test(file))
    .flatMap((file) =>
      readText(file)
        .split('\n')
        .flatMap((line, index) =>
          [...line.matchAll(/\bnpm run ([a-z][a-z0-9:-]*)/g)]
            .filter((match) => !(match[1]! in scripts))
            .map((match) => `${file}:${index + 1}: npm run ${match[1]}`),
        ),
    )
  assert.equal(offences.length, 0, report('commands that package.json does not have:', offences))
})

test('.ci/run plays npm run check', () => {
  assert.match(readText('.ci/run'), /^step \S+ npm run (--\S+ )*check$/m, 'give it a step in .ci/run')
})
