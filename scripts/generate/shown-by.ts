import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findScenarios } from '../../test/scenario/folders.ts'
import type { Slices } from './slices.ts'

/**
 * Where each feature of Gateway API is tried: scenarios with traffic of its slice; scenarios of the trunk whose folder bears its
 * name (`feature-tls-route`) or whose input has a line `# feature: TLSRoute, …`; tests whose title begins with its name.
 */
export function findShows(root: string, { slices }: Slices): ReadonlyMap<string, readonly string[]> {
  const shows = new Map<string, string[]>()
  const add = (name: string, path: string) => shows.set(name, [...(shows.get(name) ?? []), path])
  const scenarios = findScenarios(root).filter((folder) => existsSync(join(root, folder, 'traffic.yaml')))
  for (const { folder, supports } of slices) {
    const own = scenarios.filter((scenario) => scenario.startsWith(`src/features/${folder}/`))
    for (const name of own.length > 0 ? supports : []) add(name, `src/features/${folder}/scenarios`)
  }
  for (const scenario of scenarios) {
    const bearing = /\/feature-([^/]+)$/.exec(scenario)?.[1]
    if (bearing !== undefined) add(bearing.replaceAll('-', ''), scenario)
    const text = readFileSync(join(root, scenario, 'input.yaml'), 'utf8')
    for (const [, names = ''] of text.matchAll(/^# feature: (.+)$/gm))
      for (const name of names.split(/, */)) add(name, scenario)
  }
  for (const file of globSync('{src,test}/**/*.test.ts', { cwd: root }).sort())
    for (const [, name = ''] of readFileSync(join(root, file), 'utf8').matchAll(/\btest\(['"`](\w+): /g))
      add(name, file)
  return shows
}

/** @param shows what `findShows` gives; folder names are spelt in lower case */
export function showsOf(shows: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] {
  return [...new Set([...(shows.get(name.toLowerCase()) ?? []), ...(shows.get(name) ?? [])])]
}
