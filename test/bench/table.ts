import { showSpread } from './statistics.ts'

/** What a scenario found: a table, and what to know about it. */
export interface Finding {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly notes: readonly string[]
  /** `3 rounds of 2 s`, where a scenario takes times of its own. */
  readonly time?: string
}

export function formatTable({ columns, rows }: Pick<Finding, 'columns' | 'rows'>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns),
    `|${columns.map((_, index) => (index === 0 ? ' --- |' : ' ---: |')).join('')}`,
    ...rows.map(line),
  ].join('\n')
}

/** Ratio of two subjects round by round: rounds are interleaved, so that both saw the same weather. */
export function showRatio(values: readonly number[], others: readonly number[] | undefined): string {
  if (others === undefined) return '–'
  return showSpread(values.map((value, round) => value / others[round]!))
}
