import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImports } from './imports.ts'
import { readText, report } from './tree.ts'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { packages } = JSON.parse(readText('package-lock.json')) as { packages: Record<string, Manifest> }

test('package-lock.json has every platform of every package: npm ci refuses it otherwise', () => {
  // npm leaves out what it could not reach when it wrote the file; versions and platforms can be filled in by hand.
  const missing = Object.entries(packages).flatMap(([name, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((one) => !(`node_modules/${one}` in packages) && !(`${name}/node_modules/${one}` in packages))
      .map((one) => `${one}, wanted by ${name}`),
  )
  assert.equal(missing.length, 0, report('packages without an entry:', missing))
})

test('package.json names exact versions, and the lock file the same', () => {
  const manifest = JSON.parse(readText('package.json')) as Manifest
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
  const loose = Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
  assert.deepEqual(loose, [], 'npm install --save-exact')
  assert.deepEqual(
    { ...packages['']?.dependencies, ...packages['']?.devDependencies },
    wanted,
    'npm install writes both',
  )
})

test('every package of dependencies is imported by src', () => {
  const used = new Set(readImports('src').map(({ specifier }) => specifier))
  const manifest = JSON.parse(readText('package.json')) as Manifest
  const unused = Object.keys(manifest.dependencies ?? {}).filter((name) => !used.has(name))
  assert.deepEqual(unused, [], 'remove what nothing uses, or make it a devDependency')
})
