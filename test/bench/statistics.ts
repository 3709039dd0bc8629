/** Smallest, middle and largest of several rounds. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export function spread(values: readonly number[]): Spread {
  return { min: percentile(values, 0), median: percentile(values, 50), max: percentile(values, 100) }
}

/** Nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.ceil((percent / 100) * sorted.length) - 1
  return sorted[Math.max(0, Math.min(sorted.length - 1, rank))] ?? Number.NaN
}

/** Three significant digits at most, thousands kept: 0.042, 3.14, 27.5, 1043. */
export function round(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
}

/** `27.5 (26.9–31.0)`: median, then smallest and largest. */
export function showSpread(values: readonly number[]): string {
  if (values.length === 0) return '–'
  const { min, median, max } = spread(values)
  return values.length === 1 ? round(median) : `${round(median)} (${round(min)}–${round(max)})`
}
