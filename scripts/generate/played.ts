import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { PlaneName } from '#translate'
import { skippedExchanges } from '../../test/e2e/envoy/skipped.ts'
import { findScenarios } from '../../test/scenario/folders.ts'
import { parseTraffic } from '../../test/scenario/traffic.ts'

/** The scenarios whose traffic a plane really has to answer; those of Envoy are played by `npm run e2e:envoy`. */
export function findPlayed(root: string, plane: PlaneName): readonly string[] {
  return findScenarios(root).filter((folder) => {
    const file = join(root, folder, 'traffic.yaml')
    if (!existsSync(file)) return false
    const skipped = plane === 'envoy' ? skippedExchanges[folder] : undefined
    return parseTraffic(readFileSync(file, 'utf8')).some(({ name }) => skipped?.[name] === undefined)
  })
}

/**
 * Which fields of policies are written in these scenarios, by policies that are accepted.
 * @returns `BackendTrafficPolicy requestBuffer.limit` with the scenarios
 */
export function findWrittenFields(root: string, scenarios: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const scenario of scenarios) {
    const refused = readRefused(join(root, scenario, 'statuses.txt'))
    for (const document of parseAllDocuments(readFileSync(join(root, scenario, 'input.yaml'), 'utf8'))) {
      const object = document.toJS() as { kind: string; metadata: { name: string }; spec?: unknown } | null
      if (!object || refused.has(`${object.kind} ${object.metadata.name}`)) continue
      for (const path of new Set(pathsOf(object.spec, ''))) {
        const key = `${object.kind} ${path}`
        found.set(key, [...(found.get(key) ?? []), scenario])
      }
    }
  }
  return found
}

/** Policies that are nowhere in effect: `BackendTrafficPolicy p`. */
function readRefused(file: string): ReadonlySet<string> {
  const refused = new Set<string>()
  const accepted = new Set<string>()
  if (!existsSync(file)) return refused
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, kind, name, told = ''] = /^(\w+) [^/ ]+\/(\S+) ancestor [^:]+: (.*)$/.exec(line) ?? []
    if (kind !== undefined) (told.startsWith('Accepted=False') ? refused : accepted).add(`${kind} ${name}`)
  }
  return new Set([...refused].filter((one) => !accepted.has(one)))
}

/** What is written, by the names that the schema has: lists with `[]`, maps with keys of the user's own with `{}`. */
function* pathsOf(value: unknown, path: string): Iterable<string> {
  yield path
  if (Array.isArray(value)) for (const item of value) yield* pathsOf(item, `${path}[]`)
  else if (typeof value === 'object' && value !== null) {
    yield `${path}{}`
    for (const [name, item] of Object.entries(value)) yield* pathsOf(item, path === '' ? name : `${path}.${name}`)
  }
}

/** What has been seen on a real Envoy. */
export interface SeenOnEnvoy {
  /** A scenario, or all of a slice (`src/features/cors/scenarios`): one of them is played. */
  scenario(path: string): boolean
  /** A test of `npm run e2e:envoy` whose title begins with the feature. */
  test(feature: string): boolean
}

export function findSeenOnEnvoy(root: string): SeenOnEnvoy {
  const played = findPlayed(root, 'envoy')
  const tests = globSync('test/e2e/envoy/*.e2e.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'))
  return {
    scenario: (path) => played.some((scenario) => scenario === path || scenario.startsWith(`${path}/`)),
    test: (feature) => tests.some((text) => text.includes(`test('${feature}: `)),
  }
}
