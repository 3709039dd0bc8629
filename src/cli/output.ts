import { stringify } from 'yaml'
import type { OptionSpec, Options } from './command.ts'
import { UsageError } from './errors.ts'

export type OutputFormat = 'table' | 'yaml' | 'json'

export function outputOption(formats: readonly OutputFormat[]): OptionSpec {
  return {
    name: 'output',
    short: 'o',
    value: formats.join('|'),
    help: 'how the result is written',
    fallback: formats[0]!,
  }
}

/** @param formats those that the command knows, its default first */
export function parseOutput(options: Options, formats: readonly OutputFormat[]): OutputFormat {
  const written = options.one('output') ?? formats[0]!
  const format = formats.find((one) => one === written)
  if (format === undefined) throw new UsageError(`-o ${written}: it must be one of ${formats.join(', ')}`)
  return format
}

/** Data as text that ends with a line break. */
export function renderData(data: unknown, format: 'yaml' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(data, null, 2)}\n`
  // Version 1.1, as kubectl reads it: what looks like a time or a boolean there is quoted.
  // Through JSON first: secrets print as `***`, and what is undefined is left out.
  return stringify(JSON.parse(JSON.stringify(data)), { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })
}
