import type {
  Action,
  Admission,
  Backend,
  BackendKey,
  FilterNode,
  HttpMatch,
  Origin,
  PolicyNote,
  WeightedBackend,
} from '#ir'
import type { Outcome, Problem } from '#kit/outcome.ts'
import type { BackendUse, UpstreamSide } from './backend-ref.ts'
import type { FilterTranslator } from './filter.ts'
import type { RulePolicies } from './policy-chain.ts'
import type { NodeRefusal } from './policy-model.ts'
import type { PolicyReader } from './policy-models.ts'
import type { PlaneName, PolicyTraffic } from './policy-slice.ts'
import type { RuleSlot } from './rule-slot.ts'

/** One rule of a route of any kind, understood. */
export interface RuleModel {
  readonly index: number
  readonly name?: string
  /** Problems: the rule is invalid and dropped. */
  readonly rule: Outcome<RuleParts | StreamRuleParts>
  /** References that lead nowhere: ResolvedRefs=False; the rule lives on and answers for them. */
  readonly unresolved: readonly Problem[]
  /** The policies that it meets. */
  readonly notes: readonly PolicyNote[]
}

/** Of a rule about requests. */
export interface RuleParts {
  readonly matches: readonly HttpMatch[]
  readonly filters: readonly FilterNode[]
  readonly action: Action
  readonly grpc?: true
  /** As in Route. */
  readonly policies?: readonly PolicyNote[]
  /** The backends that filters and action name. */
  readonly uses: ReadonlyMap<BackendKey, BackendUse>
}

/** Of a rule about connections. */
export interface StreamRuleParts {
  readonly admit?: Admission
  readonly to: readonly WeightedBackend[]
  readonly uses: ReadonlyMap<BackendKey, BackendUse>
}

/** What translating the rules of one route needs. */
export interface RuleScope {
  readonly reader: PolicyReader
  /** The route. */
  readonly origin: Origin
  readonly group: string
  readonly features: Features
  /** Protocol towards the backends of filters that do not name one; http1 when left out. */
  readonly wish?: 'http1' | 'h2c'
  readonly side: UpstreamSide
  readonly carries: PolicyTraffic
  /** Of the listener at hand. */
  readonly plane?: PlaneName
  /** What is attached to the rule of this name, on the listener at hand. */
  policies(rule: string | undefined): RulePolicies
}

/** What features contribute, looked up by the words users write. */
export interface Features {
  readonly filters: ReadonlyMap<string, FilterTranslator>
  /** Place of each node kind in the order of execution. */
  readonly filterOrder: ReadonlyMap<string, number>
  readonly slots: ReadonlyMap<string, RuleSlot>
  readonly refuses?: NodeRefusal
}

/** Protocol towards backends that do not name one. */
export type Wish = Backend['protocol']

/** Whether a problem means that what was written is wrong, rather than that it leads nowhere. */
export function invalidatesRule({ reason }: Problem): boolean {
  return reason === 'UnsupportedValue' || reason === 'IncompatibleFilters'
}

/** A problem's message with its place in front. */
export function located({ message, path }: Problem): string {
  return path === '' ? message : `${path}: ${message}`
}
