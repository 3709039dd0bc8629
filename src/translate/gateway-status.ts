import { describeRefusals, type ListenerKey } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { type Condition, conditionOf, falseCondition, trueCondition, unknownCondition } from './condition.ts'
import { type GatewayModel, isSound, type ListenerModel } from './gateway.ts'
import { routeGroupKind } from './protocols.ts'
import type { GatewayReport } from './settings.ts'
import type { GatewayStatus, ListenerStatus } from './status.ts'

/**
 * @param attached number of accepted routes by listener
 * @param report what the data plane says; undefined: nothing yet
 */
export function gatewayStatus(
  gateway: GatewayModel,
  attached: ReadonlyMap<ListenerKey, number>,
  report: GatewayReport | undefined,
  attachedListenerSets: number,
): GatewayStatus {
  const current = currentReport(gateway, report)
  const scope = { generation: gateway.generation, problem: gateway.problem, attached, report: current }
  return {
    kind: 'Gateway',
    conditions: [
      accepted(gateway),
      programmed(gateway, report, attachedListenerSets),
      resolvedRefs(gateway),
      // Removed, not False, when clients without a valid certificate are no longer let in.
      ...(gateway.isDefault ? [defaultGateway(gateway)] : []),
      ...(gateway.insecureFrontend ? [insecureFrontend(gateway)] : []),
    ],
    addresses: report?.addresses ?? [],
    listeners: gateway.listeners.map((listener) => listenerStatus(listener, listener.name, scope)),
    attachedListenerSets,
  }
}

/** A report about an older generation says nothing about this one. */
export function currentReport(gateway: GatewayModel, report: GatewayReport | undefined): GatewayReport | undefined {
  return report && report.generation >= gateway.generation ? report : undefined
}

function refused(listener: ListenerModel): boolean {
  return listener.conflict !== undefined || listener.refused !== undefined
}

function names(listeners: readonly ListenerModel[]): string {
  return listeners.map(({ name }) => name).join(', ')
}

function accepted(gateway: GatewayModel): Condition {
  const { generation, problem, listeners } = gateway
  if (problem) return conditionOf('Accepted', generation, problem)
  const invalid = listeners.filter(refused)
  if (invalid.length === 0) return trueCondition('Accepted', generation)
  const valid = listeners.filter((listener) => !refused(listener))
  const reason = 'ListenersNotValid'
  // gateway_types.go, "Handling indistinct Listeners": with one valid listener left the Gateway may be accepted.
  return valid.length === 0
    ? falseCondition('Accepted', generation, reason, `no listener is valid: ${names(invalid)}`)
    : trueCondition('Accepted', generation, reason, `not valid: ${names(invalid)}; accepted: ${names(valid)}`)
}

function programmed(gateway: GatewayModel, report: GatewayReport | undefined, attachedListenerSets: number): Condition {
  const { generation, problem, listeners } = gateway
  if (problem) return falseCondition('Programmed', generation, 'Invalid', problem.message)
  const sound = listeners.filter((listener) => isSound(gateway, listener))
  if (sound.length === 0 && attachedListenerSets === 0)
    return falseCondition('Programmed', generation, 'Invalid', 'no listener can be served')
  if (report?.problem) return conditionOf('Programmed', generation, report.problem)
  const current = currentReport(gateway, report)
  if (!current) return pending(generation)
  const missing = missingAddresses(gateway, current)
  if (missing.length > 0) {
    const message = `cannot listen on ${missing.join(', ')}: it must be an address of this machine with the ports free`
    return falseCondition('Programmed', generation, 'AddressNotUsable', message)
  }
  const failed = sound.flatMap(({ name }) => {
    const failure = current.listeners.get(name)
    return failure ? [`${name}: ${failure.message}`] : []
  })
  if (failed.length > 0 && failed.length === sound.length)
    return falseCondition('Programmed', generation, 'Invalid', failed.join('; '))
  if (current.refused?.length) {
    const message = [...failed, describeRefusals(current.refused)].join('; ')
    return falseCondition('Programmed', generation, 'Invalid', message)
  }
  return trueCondition('Programmed', generation, 'Programmed', failed.join('; '))
}

/** Addresses that the Gateway asks for and the data plane does not have. */
export function missingAddresses(gateway: GatewayModel, report: GatewayReport): readonly string[] {
  const assigned = new Set(report.addresses.map(({ value }) => value))
  // Every address of the machine: what is reported are those, not the word for all.
  return gateway.requested.filter((address) => !assigned.has(address) && address !== '0.0.0.0' && address !== '::')
}

export function pending(generation: number): Condition {
  return unknownCondition('Programmed', generation, 'Pending', 'the data plane has not confirmed this generation yet')
}

/** GEP-3793: never False, absent where no scope is set. */
function defaultGateway({ generation }: GatewayModel): Condition {
  return trueCondition('DefaultGateway', generation, 'DefaultGateway', 'Gateway has default scope All')
}

function insecureFrontend({ generation }: GatewayModel): Condition {
  const message = 'clients are let in even if their certificate is missing or invalid: backends must check who they are'
  return trueCondition('InsecureFrontendValidationMode', generation, 'ConfigurationChanged', message)
}

function unresolvedOf({
  unresolved,
  invalidCertificate,
  invalidAuthority,
  invalidKinds,
}: ListenerModel): Problem | undefined {
  return unresolved ?? invalidCertificate ?? invalidAuthority ?? invalidKinds
}

function resolvedRefs({ generation, unresolved: own, listeners }: GatewayModel): Condition {
  if (own) return conditionOf('ResolvedRefs', generation, own)
  const unresolved = listeners.filter(unresolvedOf)
  return unresolved.length === 0
    ? trueCondition('ResolvedRefs', generation)
    : falseCondition('ResolvedRefs', generation, 'ListenersNotResolved', `see listeners: ${names(unresolved)}`)
}

/** What the statuses of all listeners of one object have in common. */
export interface ListenerScope {
  readonly generation: number
  /** Why nothing of the object is served. */
  readonly problem: Problem | undefined
  /** Number of accepted routes by listener. */
  readonly attached: ReadonlyMap<ListenerKey, number>
  readonly report: GatewayReport | undefined
}

/** @param reported its name in the data plane's report */
export function listenerStatus(listener: ListenerModel, reported: string, scope: ListenerScope): ListenerStatus {
  const { generation, attached } = scope
  const { conflict, overlap } = listener
  return {
    name: listener.name,
    supportedKinds: listener.kinds.map(routeGroupKind),
    attachedRoutes: attached.get(listener.key) ?? 0,
    conditions: [
      conditionOf('Accepted', generation, conflict ?? listener.refused),
      listenerProgrammed(listener, reported, scope),
      conditionOf('ResolvedRefs', generation, unresolvedOf(listener)),
      conflict
        ? trueCondition('Conflicted', generation, conflict.reason, conflict.message)
        : falseCondition('Conflicted', generation, 'NoConflicts', ''),
      // Absent, not False, where nothing overlaps.
      ...(overlap ? [trueCondition('OverlappingTLSConfig', generation, overlap.reason, overlap.message)] : []),
    ],
  }
}

function listenerProgrammed(
  listener: ListenerModel,
  reported: string,
  { generation, problem, report }: ListenerScope,
): Condition {
  if (listener.conflict) return conditionOf('Programmed', generation, listener.conflict)
  const invalid = problem ?? listener.refused ?? listener.unresolved
  if (invalid) return falseCondition('Programmed', generation, 'Invalid', invalid.message)
  if (!report?.listeners.has(reported)) return pending(generation)
  return conditionOf('Programmed', generation, report.listeners.get(reported))
}
