/** Objects in, snapshot and statuses out: the trunk. Pure: no I/O, no clock, no randomness. */

export { backendFields } from './backend-kinds/envoy-backend.ts'
export { settingsRefusals } from './backend-settings.ts'
export type { Condition } from './condition.ts'
export type { BackendObjectRef, FilterScope, FilterTranslation, FilterTranslator } from './filter.ts'
export { formatStatus, formatStatuses, isFine } from './format-statuses.ts'
export type { GatewayPlan, PlannedPort } from './gateway-plan.ts'
export { mergeStatus, type StatusWriter } from './merge-status.ts'
export { type FieldOwner, fieldOwners, refusalOf } from './policy-fields.ts'
export type {
  BackendSlots,
  DataRef,
  FieldPath,
  ListenerSlots,
  PlaneName,
  PolicyEffect,
  PolicyForward,
  PolicyScope,
  PolicySlice,
  PolicyTraffic,
  Refusals,
  SlicedKind,
} from './policy-slice.ts'
export type { ForwardSlots, RuleSlot, RuleSlotScope } from './rule-slot.ts'
export type { GatewayReport, Settings, World } from './settings.ts'
export type {
  GatewayClassStatus,
  GatewayStatus,
  ListenerSetStatus,
  ListenerStatus,
  ParentStatus,
  PolicyAncestorStatus,
  PolicyStatus,
  RouteStatus,
  Status,
  StatusAddress,
} from './status.ts'
export type { StatusChange } from './status-book.ts'
export { createTranslator, type Translation, type Translator, type TranslatorOptions } from './translator.ts'
export { isMediaType, translateBody, type WrittenBody } from './written-body.ts'
