import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, stringify } from 'yaml'

/** The page that says what each value of the chart means. */
export const valuesPage = 'docs/reference/chart.md'

interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
}

/** One value of the chart: its path with dots, its schema, and what values.yaml has. */
export interface ChartValue {
  readonly path: string
  readonly schema: Schema
  readonly fallback: unknown
}

/** All values of the schema, in its order; `fallback` is undefined for one that values.yaml lacks. @param root of the repository */
export function readChartValues(root: string): readonly ChartValue[] {
  const read = (file: string) => readFileSync(path.join(root, 'deploy/chart', file), 'utf8')
  const schema = JSON.parse(read('values.schema.json')) as Schema
  return valuesOf(schema, parse(read('values.yaml')), '')
}

function valuesOf(schema: Schema, values: unknown, prefix: string): readonly ChartValue[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const fallback = (values as Readonly<Record<string, unknown>> | undefined)?.[name]
    const at = `${prefix}${name}`
    return [{ path: at, schema: field, fallback }, ...valuesOf(field, fallback, `${at}.`)]
  })
}

/** The page of values.schema.json, as Markdown. @param root of the repository */
export function renderValuesPage(root: string): string {
  const rows = readChartValues(root).map(
    ({ path: at, schema, fallback }) =>
      `| \`${at}\` | ${typeOf(schema)} | ${schema.properties ? '' : show(fallback)} | ${schema.description ?? ''} |`,
  )
  return `<!-- Written by \`npm run generate:deploy\` from deploy/chart/values.schema.json. Do not edit. -->
# Values of the chart

How to install it: [install Headgate in a cluster](../tasks/install.md). Helm refuses values that are not in this list.

| value | type | default | meaning |
|---|---|---|---|
${rows.join('\n')}
`
}

function typeOf({ type, enum: names }: Schema): string {
  if (names) return names.map((name) => `\`${name}\``).join(', ')
  return [type ?? 'any'].flat().join(' or ')
}

function show(value: unknown): string {
  return `\`${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\``
}
