import type { Forward, HttpMatch, Origin } from '#ir'
import type { Outcome } from '#kit/outcome.ts'

/** The parts of a Forward action that belong to features instead of the trunk. */
export type ForwardSlots = Partial<Pick<Forward, 'timeouts' | 'retry' | 'session'>>

/** What the trunk tells a slot about the rule it sits in. */
export interface RuleSlotScope {
  /** Field path of the value, for problems: `spec.rules[0].timeouts`. */
  readonly path: string
  /** The object the rule belongs to. */
  readonly origin: Origin
  /** Index of the rule inside its object: with `origin` a stable base for generated names (a session cookie). */
  readonly rule: number
  /** The rule's matches, already translated: the path of a cookie follows from them. */
  readonly matches: readonly HttpMatch[]
}

/**
 * One optional stanza of a route rule -> slots of the rule's Forward action. Called only where the user wrote the
 * stanza; without a slot for a stanza the trunk refuses the rule (UnsupportedValue), it never ignores what was asked.
 * Problems with reason UnsupportedValue make the rule invalid.
 */
export interface RuleSlot {
  readonly field: 'timeouts' | 'retry' | 'sessionPersistence'
  /** @param value what stands under `field`, defaults filled in: `{ request: '10s' }` */
  translate(value: never, scope: RuleSlotScope): Outcome<ForwardSlots>
}
