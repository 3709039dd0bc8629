import type { Machinery } from './machinery.ts'
import type { Terminal } from './terminal.ts'

/** One word after `headgate`. */
export interface Command {
  readonly name: string
  /** One line in the list of commands. */
  readonly summary: string
  /** What stands behind the command's name: `-f PATH… [options]`. */
  readonly usage: string
  /** Paragraphs that teach: what it does and when one wants it. */
  readonly description: string
  readonly options: readonly OptionSpec[]
  readonly examples: readonly Example[]
  /** What words that are no options mean: more files, as the shell makes them of `-f *.yaml`; or the command's own. */
  readonly words?: 'files' | 'own'
  /** @returns the exit code */
  execute(call: Call): Promise<ExitCode>
}

export interface OptionSpec {
  readonly name: string
  readonly short?: string
  /** What the help calls the value; absent: the option is a switch. */
  readonly value?: string
  readonly repeatable?: boolean
  readonly help: string
  /** Shown in the help. */
  readonly fallback?: string
}

export interface Example {
  readonly command: string
  readonly does: string
}

/** What a command gets to work with. */
export interface Call {
  readonly options: Options
  readonly arguments: readonly string[]
  readonly terminal: Terminal
  readonly machinery: Machinery
}

/** The values of the options, by long name. */
export interface Options {
  /** The last value, as in most programs. */
  one(name: string): string | undefined
  all(name: string): readonly string[]
  has(name: string): boolean
}

/** 0 fine, 1 the input is wrong, 2 the command line is wrong, 3 our own fault. */
export type ExitCode = number
