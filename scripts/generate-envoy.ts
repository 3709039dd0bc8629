/**
 * Writes src/envoy/protobuf/generated: the descriptors of Envoy's API and the types of its JSON.
 * `--envoy PATH` reads the descriptors anew out of that program; without it the types alone are written anew.
 * `--check` writes nothing and fails when the types are not those of the descriptors.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { pruneDescriptors } from './envoy/prune-descriptors.ts'
import { readDescriptors } from './envoy/read-descriptors.ts'
import { writeTypes } from './envoy/write-types.ts'

const { values: flags } = parseArgs({
  options: { envoy: { type: 'string' }, check: { type: 'boolean', default: false } },
})
const folder = join(dirname(import.meta.dirname), 'src/envoy/protobuf/generated')
const packed = join(folder, 'descriptors.ts')

if (flags.envoy !== undefined) {
  const program = readFileSync(flags.envoy)
  const said = execFileSync(flags.envoy, ['--version'], { encoding: 'utf8' })
  const version = /\/(\d+\.\d+\.\d+)\//.exec(said)?.[1]
  if (version === undefined) throw new Error(`${flags.envoy} does not say its version: ${said}`)
  const set = toBinary(FileDescriptorSetSchema, pruneDescriptors(readDescriptors(program)))
  mkdirSync(folder, { recursive: true })
  writeFileSync(packed, writeDescriptors(version, set))
}

const { descriptors, descriptorsHash } = (await import(packed)) as Record<string, string>
const bytes = brotliDecompressSync(Buffer.from(descriptors ?? '', 'base64'))
const types = writeTypes(createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes)))
const differing = [...types].flatMap(([name, text]) => {
  const file = join(folder, 'types', name)
  return existsSync(file) && readFileSync(file, 'utf8') === text ? [] : [name]
})
const present = existsSync(join(folder, 'types')) ? readdirSync(join(folder, 'types')) : []
const surplus = present.filter((name) => !types.has(name))
if (hash(bytes) !== descriptorsHash) differing.push('descriptors.ts')

if (!flags.check) {
  mkdirSync(join(folder, 'types'), { recursive: true })
  for (const name of surplus) rmSync(join(folder, 'types', name))
  for (const [name, text] of types) writeFileSync(join(folder, 'types', name), text)
  console.log(`${types.size} files of types, ${differing.length} of them new or changed`)
} else if (differing.length + surplus.length > 0) {
  console.error(`not what scripts/generate-envoy.ts writes: ${[...differing, ...surplus].join(', ')}`)
  process.exitCode = 1
}

function hash(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function writeDescriptors(version: string, set: Uint8Array): string {
  return `// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

/** The Envoy whose API this is. */
export const envoyVersion = '${version}'
/** SHA-256 of the descriptor set. */
export const descriptorsHash = '${hash(set)}'
/** A google.protobuf.FileDescriptorSet, Brotli, base64. */
export const descriptors =
  '${brotliCompressSync(set).toString('base64')}'
`
}
