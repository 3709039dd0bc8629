/** Judges every example and every invalid example of the Gateway API module; ends with 1 when a verdict is wrong. Needs `go`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { validateObject } from '#api'
import { gatewayApiModule } from './api/read-crds.ts'

const moduleFolder = gatewayApiModule()

function yamlFiles(folder: string): readonly string[] {
  return readdirSync(join(moduleFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(moduleFolder, folder, file))
    .sort()
}

/** The problems of a file's objects, as `Kind path: message`. */
function judge(file: string): readonly string[] {
  const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as unknown)
  return objects
    .filter((object) => object !== null)
    .flatMap((object) => {
      const outcome = validateObject(object)
      const { kind } = object as { readonly kind: string }
      return outcome.ok ? [] : outcome.problems.map(({ path, message }) => `${kind} ${path}: ${message}`)
    })
}

let wrong = 0
let judged = 0
for (const [folder, wantProblems] of [
  ['examples', false],
  ['hack/invalid-examples', true],
] as const) {
  for (const file of yamlFiles(folder)) {
    const problems = judge(file)
    judged += 1
    if (problems.length > 0 === wantProblems) continue
    wrong += 1
    console.error(`${relative(moduleFolder, file)}: ${wantProblems ? 'should be refused' : problems.join('; ')}`)
  }
}
console.log(`${judged} files judged, ${wrong} wrong verdicts`)
process.exitCode = wrong === 0 && judged > 0 ? 0 : 1
