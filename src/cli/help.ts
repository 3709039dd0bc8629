import type { Command, OptionSpec } from './command.ts'
import { helpOption } from './parse-options.ts'
import { alignColumns } from './table.ts'
import type { Paint } from './terminal.ts'

/** The page that `headgate help` shows. */
export function renderOverview(commands: readonly Command[], paint: Paint): string {
  const rows = commands.map(({ name, summary }) => [`  ${paint('cyan', name)}`, summary])
  return [
    'Headgate serves Kubernetes Gateway API manifests: GatewayClasses, Gateways and HTTPRoutes become traffic.',
    '',
    paint('bold', 'Usage'),
    '  headgate COMMAND [options]',
    '',
    paint('bold', 'Commands'),
    ...alignColumns(rows),
    '',
    paint('bold', 'A first try'),
    '  headgate run -f examples/quickstart    serve a folder; edit it, and the traffic follows',
    '  headgate help run                      all about one command',
    '',
  ].join('\n')
}

/** The page of one command. */
export function renderHelp(command: Command, paint: Paint): string {
  const options = [...command.options, helpOption].map((option) => [
    `  ${renderOption(option)}`,
    describe(option, paint),
  ])
  const examples = command.examples.flatMap(({ command, does }) => [`  ${paint('dim', `# ${does}`)}`, `  ${command}`])
  return [
    `${paint('bold', `headgate ${command.name}`)}: ${command.summary}`,
    '',
    paint('bold', 'Usage'),
    `  headgate ${command.name} ${command.usage}`.trimEnd(),
    '',
    command.description,
    '',
    paint('bold', 'Options'),
    ...alignColumns(options),
    '',
    paint('bold', 'Examples'),
    ...examples,
    '',
  ].join('\n')
}

function renderOption({ name, short, value }: OptionSpec): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`
  return short === undefined ? `    ${long}` : `-${short}, ${long}`
}

function describe({ help, fallback, repeatable }: OptionSpec, paint: Paint): string {
  const notes = [...(repeatable ? ['repeatable'] : []), ...(fallback === undefined ? [] : [`default ${fallback}`])]
  return notes.length === 0 ? help : `${help} ${paint('dim', `(${notes.join('; ')})`)}`
}
