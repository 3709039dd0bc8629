import { globSync } from 'node:fs'
import { dirname } from 'node:path'

/** Every scenario's folder, relative to the root: those of the slices, then those of the trunk. */
export function findScenarios(root: string): string[] {
  return globSync(['src/features/*/scenarios/*/input.yaml', 'test/scenarios/*/input.yaml'], { cwd: root })
    .map((file) => dirname(file))
    .sort()
}
