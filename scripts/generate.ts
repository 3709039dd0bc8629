/**
 * Writes the registries of src/features and the capability table from order.ts and the slices' folders, and our own kinds
 * from crds/.
 * `--check` writes nothing and fails, naming them, when files differ from what would be written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateCapabilities } from './generate/capabilities.ts'
import { generateOwnKinds } from './generate/own-kinds.ts'
import { generatePolicyTable } from './generate/policy-table.ts'
import { generateRegistries } from './generate/registries.ts'
import { readSlices } from './generate/slices.ts'

const root = dirname(import.meta.dirname)
const check = process.argv.includes('--check')

const slices = await readSlices(root)
const files = new Map([
  ...generateRegistries(slices),
  ...generateCapabilities(root, slices),
  ...generateOwnKinds(root),
  ...(await generatePolicyTable(root, slices)),
])

const differing: string[] = []
for (const [file, text] of files) {
  const path = join(root, file)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  differing.push(file)
  if (check) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

if (check && differing.length > 0) {
  console.error(`not what \`npm run generate\` writes: ${differing.join(', ')}`)
  process.exitCode = 1
} else if (!check) {
  console.log(
    differing.length > 0 ? `written: ${differing.join(', ')}` : `nothing to do: ${files.size} files are up to date`,
  )
}
