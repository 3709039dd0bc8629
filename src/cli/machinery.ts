import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import type { Snapshot } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import type { Settings, Translator } from '#translate'
import type { ControllerOptions } from './controller-options.ts'
import type { DiffSectionBuilder } from './diff/diff-section.ts'
import type { ProxyOptions } from './proxy-options.ts'
import type { RunOptions } from './run-options.ts'

/** What the commands drive; `apps` hands it in, each part loaded when it is asked for. */
export interface Machinery {
  readonly version: string
  openFiles(paths: readonly string[], builtIn: readonly KubeObject[]): Promise<Source>
  /** Everything a cluster holds that we read, once. Throws an InputError when it can't be reached or read. */
  readCluster(choice: ClusterChoice): Promise<ClusterReading>
  /** Sections of `headgate diff` that planes add. */
  diffSections?(): Promise<readonly DiffSectionBuilder[]>
  /** What Envoy would be told. @param gateway `namespace/name`; left out: of all */
  envoyConfig(snapshot: Snapshot, gateway?: string): Promise<EnvoyConfig>
  createTranslator(settings: Settings): Promise<Translator>
  /** Whether there is a file or folder. */
  exists(path: string): boolean
  /** Names that `--access-log-fields` knows. */
  accessLogFields(): Promise<readonly string[]>
  /** Serves until it is told to end. @returns the exit code */
  run(options: RunOptions): Promise<number>
  /** Serves the Gateways of a cluster until it is told to end. @returns the exit code */
  control(options: ControllerOptions): Promise<number>
  /** Serves one Gateway with what a controller feeds. @returns the exit code */
  proxy(options: ProxyOptions): Promise<number>
}

/** Envoy's resources by kind, and what it can't do. */
export interface EnvoyConfig {
  readonly resources: Readonly<Record<string, unknown>>
  readonly problems: readonly string[]
}

/** Which cluster is meant; undefined: as kubectl would choose. */
export interface ClusterChoice {
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  /** Enough, when there is no right to see the others. */
  readonly namespace: string | undefined
  /** Objects of files: what they refer to is wanted as well. */
  readonly referrers: readonly KubeObject[]
}

export interface ClusterReading {
  /** With the statuses that they have. */
  readonly objects: ReadonlyMap<ObjectKey, KubeObject>
  readonly crdVersions?: readonly string[]
  /** What could not be read. */
  readonly warnings: readonly string[]
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
