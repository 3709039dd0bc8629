import type { ListenerKey } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { type Condition, conditionOf, falseCondition, trueCondition } from './condition.ts'
import type { GatewayModel, ListenerModel } from './gateway.ts'
import { currentReport, listenerStatus, missingAddresses, pending } from './gateway-status.ts'
import { isSoundEntry, isValidEntry, type ListenerSetModel } from './listener-set.ts'
import type { GatewayReport } from './settings.ts'
import type { ListenerSetStatus } from './status.ts'

/**
 * @param attached number of accepted routes by listener
 * @param report what the data plane says of the Gateway; undefined: nothing yet
 */
export function listenerSetStatus(
  set: ListenerSetModel,
  gateway: GatewayModel,
  attached: ReadonlyMap<ListenerKey, number>,
  report: GatewayReport | undefined,
): ListenerSetStatus {
  const current = currentReport(gateway, report)
  const { generation, problem } = set
  const scope = { generation, problem, attached, report: current }
  return {
    kind: 'ListenerSet',
    conditions: [accepted(set), programmed(set, gateway, current, report?.problem)],
    listeners: set.listeners.map((listener) => listenerStatus(listener, reportedName(set, listener), scope)),
  }
}

function reportedName(set: ListenerSetModel, listener: ListenerModel): string {
  return `${set.name}/${listener.name}`
}

function names(listeners: readonly ListenerModel[]): string {
  return listeners.map(({ name }) => name).join(', ')
}

function accepted({ generation, problem, listeners }: ListenerSetModel): Condition {
  if (problem) return conditionOf('Accepted', generation, problem)
  const invalid = listeners.filter((listener) => !isValidEntry(listener))
  if (invalid.length === 0) return trueCondition('Accepted', generation)
  const reason = 'ListenersNotValid'
  const valid = listeners.filter(isValidEntry)
  // listenerset_types.go, ListenersNotValid: with one valid entry left the set is accepted all the same.
  return valid.length === 0
    ? falseCondition('Accepted', generation, reason, `no listener is valid: ${names(invalid)}`)
    : trueCondition('Accepted', generation, reason, `not valid: ${names(invalid)}; accepted: ${names(valid)}`)
}

function programmed(
  set: ListenerSetModel,
  gateway: GatewayModel,
  report: GatewayReport | undefined,
  parentProblem: Problem | undefined,
): Condition {
  const { generation, problem } = set
  if (problem) {
    const reason = problem.reason === 'ParentNotAccepted' ? 'ParentNotProgrammed' : problem.reason
    return falseCondition('Programmed', generation, reason, problem.message)
  }
  const sound = set.listeners.filter((listener) => isSoundEntry(set, listener))
  if (sound.length === 0)
    return falseCondition('Programmed', generation, 'ListenersNotValid', 'no listener can be served')
  if (parentProblem) {
    const message = `Gateway ${gateway.name}: ${parentProblem.message}`
    return falseCondition('Programmed', generation, 'ParentNotProgrammed', message)
  }
  if (!report || !sound.every((listener) => report.listeners.has(reportedName(set, listener))))
    return pending(generation)
  const missing = missingAddresses(gateway, report)
  if (missing.length > 0) {
    const message = `Gateway ${gateway.name} cannot listen on ${missing.join(', ')}: see its conditions`
    return falseCondition('Programmed', generation, 'ParentNotProgrammed', message)
  }
  const failed = sound.flatMap((listener) => {
    const failure = report.listeners.get(reportedName(set, listener))
    return failure ? [{ reason: failure.reason, message: `${listener.name}: ${failure.message}` }] : []
  })
  const message = failed.map((failure) => failure.message).join('; ')
  return failed.length === sound.length
    ? falseCondition('Programmed', generation, failed[0]!.reason, message)
    : trueCondition('Programmed', generation, 'Programmed', message)
}
