import type { Call, Command, ExitCode } from './command.ts'
import { check } from './commands/check.ts'
import { controller } from './commands/controller.ts'
import { diff } from './commands/diff.ts'
import { envoy } from './commands/envoy.ts'
import { explain } from './commands/explain.ts'
import { get } from './commands/get.ts'
import { proxy } from './commands/proxy.ts'
import { run } from './commands/run.ts'
import { status } from './commands/status.ts'
import { translate } from './commands/translate.ts'
import { version } from './commands/version.ts'
import { InputError, UsageError } from './errors.ts'
import { renderHelp, renderOverview } from './help.ts'
import type { Machinery } from './machinery.ts'
import { parseOptions } from './parse-options.ts'
import { suggestWord } from './suggest.ts'
import type { Terminal } from './terminal.ts'

const commands: readonly Command[] = [
  run,
  controller,
  check,
  get,
  status,
  explain,
  diff,
  translate,
  envoy,
  proxy,
  version,
]

/** Carries out a command line. @returns the exit code */
export async function runProgram(
  words: readonly string[],
  machinery: Machinery,
  terminal: Terminal,
): Promise<ExitCode> {
  const [word, ...rest] = words
  try {
    if (word === undefined) {
      terminal.complain(renderOverview(commands, terminal.paintComplaint))
      return 2
    }
    if (word === 'help' || word === '--help' || word === '-h') return help(rest, terminal)
    if (word === '--version' || word === '-v') return await execute(version, rest, machinery, terminal)
    return await execute(findCommand(word), rest, machinery, terminal)
  } catch (error) {
    return report(error, word, terminal)
  }
}

function execute(
  command: Command,
  words: readonly string[],
  machinery: Machinery,
  terminal: Terminal,
): Promise<ExitCode> {
  const parsed = parseOptions(command, words)
  if (parsed.options.has('help')) return Promise.resolve(help([command.name], terminal))
  const call: Call = { ...parsed, terminal, machinery }
  return command.execute(call)
}

function help([word]: readonly string[], terminal: Terminal): ExitCode {
  terminal.print(
    word === undefined ? renderOverview(commands, terminal.paint) : renderHelp(findCommand(word), terminal.paint),
  )
  return 0
}

function findCommand(word: string): Command {
  const command = commands.find(({ name }) => name === word)
  if (command !== undefined) return command
  if (word.startsWith('-')) throw new UsageError(`a command comes first, then its options: headgate run ${word} …`)
  const names = [...commands.map(({ name }) => name), 'help']
  const near = suggestWord(word, names)
  throw new UsageError(
    `unknown command "${word}"; ${near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`}`,
  )
}

function report(error: unknown, word: string | undefined, terminal: Terminal): ExitCode {
  const { paintComplaint: paint } = terminal
  if (error instanceof UsageError) {
    const known = commands.some(({ name }) => name === word)
    terminal.complain(`${paint('red', 'error:')} ${error.message}\n`)
    terminal.complain(paint('dim', `See headgate help${known ? ` ${word}` : ''}.\n`))
    return 2
  }
  if (error instanceof InputError) {
    terminal.complain(`${paint('red', 'error:')} ${error.message}\n`)
    return 1
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.complain(
    `${paint('red', 'internal error:')} this is a bug of Headgate, not yours; please report it with this text:\n${text}\n`,
  )
  return 3
}
