/** One metric with all its label sets, as Prometheus shows it. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly MetricSample[]
}

export interface MetricSample {
  /** Appended to the family's name: `_bucket`, `_sum`, `_count`; '' for counters and gauges. */
  readonly suffix: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A family without histogram parts. */
export function simpleMetric(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  values: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
): MetricFamily {
  return { name, type, help, samples: values.map(([labels, value]) => ({ suffix: '', labels, value })) }
}
