import type { KubeObject, ObjectKey } from '#api'
import type { Snapshot } from '#ir'
import type { Status } from '#translate'
import type { Paint } from '../terminal.ts'

/** One of the two states that `headgate diff` compares. */
export interface DiffSide {
  readonly objects: ReadonlyMap<ObjectKey, KubeObject>
  readonly statuses: ReadonlyMap<ObjectKey, Status>
  readonly snapshot: Snapshot
}

/** What is different, seen from one angle. */
export interface DiffSection {
  /** The field of `-o json`. */
  readonly name: string
  readonly title: string
  /** Without the line break at the end. */
  lines(paint: Paint): readonly string[]
  /** The same for programs. */
  readonly data: unknown
}

/** @returns nothing where both sides are the same */
export type DiffSectionBuilder = (before: DiffSide, after: DiffSide) => DiffSection | undefined
