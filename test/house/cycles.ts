import type { Import } from './imports.ts'

/** Import cycles between files, each once: `a.ts -> b.ts -> a.ts (a.ts:3, b.ts:1)`. */
export function findCycles(imports: readonly Import[]): string[] {
  const edges = new Map<string, Import[]>()
  for (const one of imports) {
    if (one.target === undefined) continue
    const out = edges.get(one.file)
    if (out === undefined) edges.set(one.file, [one])
    else out.push(one)
  }
  const cycles: string[] = []
  const done = new Set<string>()
  const trail: Import[] = []

  const visit = (file: string): void => {
    const start = trail.findIndex((step) => step.file === file)
    if (start >= 0) {
      cycles.push(describe(trail.slice(start)))
      return
    }
    if (done.has(file)) return
    for (const one of edges.get(file) ?? []) {
      trail.push(one)
      visit(one.target!)
      trail.pop()
    }
    done.add(file)
  }
  for (const file of [...edges.keys()].sort()) visit(file)
  return cycles
}

function describe(steps: readonly Import[]): string {
  const files = [...steps, steps[0]!].map((step) => step.file).join(' -> ')
  return `${files} (${steps.map((step) => `${step.file}:${step.line}`).join(', ')})`
}
