import type { MetricFamily } from '#kit/metric.ts'

/** Prometheus' text format 0.0.4. */
export function renderMetrics(families: readonly MetricFamily[]): string {
  return families.map(renderFamily).join('')
}

function renderFamily({ name, help, type, samples }: MetricFamily): string {
  const lines = samples.map(({ suffix, labels, value }) => `${name}${suffix}${renderLabels(labels)} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
