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

/** Names of the tests for gateways in `tests.tsv`: those for meshes are always skipped, for no gateway can run them. */
export function gatewayTests(tests: string): ReadonlySet<string> {
  const rows = tests.trim().split('\n').slice(1)
  const features = new Map(rows.map((row) => row.split('\t')).map((row) => [row[0]!, row[6]!.split(',')]))
  return new Set([...features].filter(([, names]) => !names.includes('Mesh')).map(([test]) => test))
}

/** What a person wants to know of a run, the sum last. Tests that were not wanted are left out. */
export function summarize(results: readonly SuiteResult[], wanted: ReadonlySet<string>): string {
  const ours = results.filter(({ test }) => wanted.has(test))
  const named = (outcome: SuiteResult['outcome']) => ours.filter((result) => result.outcome === outcome)
  const lines = [
    ...named('FAIL').map(({ test, seconds }) => `failed: ${test} (${seconds} s)`),
    ...named('SKIP').map(({ test }) => `skipped: ${test}`),
    `${named('PASS').length} passed, ${named('FAIL').length} failed, ${named('SKIP').length} skipped`,
  ]
  return lines.join('\n')
}
