export interface SuiteResult {
  readonly test: string
  readonly outcome: 'PASS' | 'FAIL' | 'SKIP'
  readonly seconds: number
}

/** Reads `results.tsv` of the rig: outcome, seconds, name. */
export function parseResults(text: string): SuiteResult[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [outcome, seconds, test] = line.split('\t')
      return { test: test!, outcome: outcome as SuiteResult['outcome'], seconds: Number(seconds) }
    })
}

/** Names of the tests for meshes in `tests.tsv`: no gateway can run them. */
export function meshTests(tests: string): ReadonlySet<string> {
  const rows = tests.split('\n').map((line) => line.split('\t'))
  return new Set(rows.filter((row) => row[6]?.split(',').includes('Mesh')).map((row) => row[0]!))
}

/** What a person wants to know of a run, the sum last. Meshes are left out. */
export function summarize(results: readonly SuiteResult[], mesh: ReadonlySet<string>): string {
  const ours = results.filter(({ test }) => !mesh.has(test))
  const named = (outcome: SuiteResult['outcome']) => ours.filter((result) => result.outcome === outcome)
  const lines = [
    ...named('FAIL').map(({ test, seconds }) => `failed: ${test} (${seconds} s)`),
    ...named('SKIP').map(({ test }) => `skipped: ${test}`),
    `${named('PASS').length} passed, ${named('FAIL').length} failed, ${named('SKIP').length} skipped`,
  ]
  return lines.join('\n')
}
