import path from 'node:path'

/** The parts of a .cpuprofile that we read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface Spent {
  readonly where: string
  readonly micros: number
}

/** Own time of each function, the largest first; waiting for work is left out. */
export function sumOwnTime(profile: CpuProfile, root: string): Spent[] {
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, describe(callFrame, root)]))
  const totals = new Map<string, number>()
  for (const [index, sample] of profile.samples.entries()) {
    const where = places.get(sample) ?? '?'
    if (where === '(idle)') continue
    totals.set(where, (totals.get(where) ?? 0) + (profile.timeDeltas[index] ?? 0))
  }
  return [...totals].map(([where, micros]) => ({ where, micros })).sort((a, b) => b.micros - a.micros)
}

function describe(frame: CpuProfile['nodes'][number]['callFrame'], root: string): string {
  const name = frame.functionName || '(anonymous)'
  if (frame.url === '') return name
  const file = frame.url.startsWith('file:') ? path.relative(root, new URL(frame.url).pathname) : frame.url
  return `${name} ${file}:${frame.lineNumber + 1}`
}
