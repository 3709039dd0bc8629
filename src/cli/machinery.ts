import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import type { Problem } from '#kit/outcome.ts'
import type { Settings, Translator } from '#translate'
import type { ControllerOptions } from './controller-options.ts'
import type { RunOptions } from './run-options.ts'

/** What the commands drive; `apps` hands it in, each part loaded when it is asked for. */
export interface Machinery {
  readonly version: string
  openFiles(paths: readonly string[], builtIn: readonly KubeObject[]): Promise<Source>
  createTranslator(settings: Settings): Promise<Translator>
  /** Whether there is a file or folder. */
  exists(path: string): boolean
  /** Names that `--access-log-fields` knows. */
  accessLogFields(): Promise<readonly string[]>
  /** Serves until it is told to end. @returns the exit code */
  run(options: RunOptions): Promise<number>
  /** Serves the Gateways of a cluster until it is told to end. @returns the exit code */
  control(options: ControllerOptions): Promise<number>
}

/** Objects out of files. */
export interface Source {
  load(): Promise<Loaded>
  /** Where a field of a live object stands; nothing for built-in objects. */
  locate(key: ObjectKey, path: string): FilePlace | undefined
}

export interface Loaded {
  readonly changes: readonly ObjectChange[]
  readonly problems: readonly PlacedProblem[]
  /** `apiVersion Kind` -> how many. */
  readonly ignored: ReadonlyMap<string, number>
  readonly files: readonly string[]
}

export interface FilePlace {
  readonly file: string
  /** From 1, as the column. */
  readonly line: number
  readonly column: number
}

export interface PlacedProblem extends Problem, FilePlace {
  readonly object?: string
}
