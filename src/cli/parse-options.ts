import { parseArgs } from 'node:util'
import type { Command, OptionSpec, Options } from './command.ts'
import { UsageError } from './errors.ts'
import { suggestWord } from './suggest.ts'

export interface ParsedArguments {
  readonly options: Options
  readonly arguments: readonly string[]
}

/** `-h` and `--help` are understood by every command. */
export const helpOption: OptionSpec = { name: 'help', short: 'h', help: 'show this help' }

/** Sorts the words behind a command. Throws a UsageError that says what was probably meant. */
export function parseOptions(command: Command, words: readonly string[]): ParsedArguments {
  const specs = [...command.options, helpOption]
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      specs.map(({ name, short, value }) => [
        name,
        {
          type: value === undefined ? 'boolean' : 'string',
          multiple: true,
          ...(short !== undefined && { short }),
        } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  const rest: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value)
    if (token.kind !== 'option') continue
    const spec = specs.find(({ name }) => name === token.name)
    if (spec === undefined) throw new UsageError(unknownOption(token.rawName, specs))
    values.set(spec.name, [...(values.get(spec.name) ?? []), checkValue(spec, token.rawName, token.value)])
  }
  if (command.words === 'files') values.set('file', [...(values.get('file') ?? []), ...rest])
  if (command.words === undefined && rest.length > 0) throw new UsageError(`"${rest[0]}" is not expected here`)
  return { arguments: rest, options: readOptions(values) }
}

function readOptions(values: ReadonlyMap<string, readonly string[]>): Options {
  return {
    one: (name) => values.get(name)?.at(-1),
    all: (name) => values.get(name) ?? [],
    has: (name) => values.has(name),
  }
}

function checkValue(spec: OptionSpec, rawName: string, value: string | undefined): string {
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} is a switch and takes no value`)
    return ''
  }
  if (value === undefined) throw new UsageError(`${rawName} needs a value: ${rawName} ${spec.value}`)
  return value
}

function unknownOption(rawName: string, specs: readonly OptionSpec[]): string {
  const near = suggestWord(
    rawName.replace(/^-+/, ''),
    specs.map(({ name }) => name),
  )
  return `unknown option ${rawName}${near === undefined ? '' : `; did you mean --${near}?`}`
}
