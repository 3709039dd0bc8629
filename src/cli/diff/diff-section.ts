import type { KubeObject, ObjectKey } from '#api'
import type { HttpMatch, Route, Snapshot } from '#ir'
import type { Status } from '#translate'
import type { AskedRequest, Explanation } from '../explain-request.ts'
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

/** A request that is made for one match of a route, and what it meets on either side. */
export interface ExampleRequest {
  readonly request: AskedRequest
  readonly route: Route
  readonly match: HttpMatch
  /** Of the route. */
  readonly hostname: string
  readonly before: ExampleOutcome
  readonly after: ExampleOutcome
}

/** What an example meets, without all that it does not. */
export interface ExampleOutcome extends Pick<Explanation, 'route' | 'filters' | 'backends' | 'answer'> {
  /** What becomes of the match that the example is made for; absent: there is no such match. */
  readonly fate?: Fate
}

export interface Fate {
  readonly wins: boolean
  /** Who wins instead, and why. */
  readonly instead?: string
}

/**
 * @param examples of all matches that a difference may concern
 * @returns nothing where both sides are the same
 */
export type DiffSectionBuilder = (
  before: DiffSide,
  after: DiffSide,
  examples: readonly ExampleRequest[],
) => DiffSection | undefined
