import { describeRefusals, type PlaneRefusal } from '#ir'
import type { Problem } from '#kit/outcome.ts'

/** A condition as Kubernetes has it, without `lastTransitionTime`: translation knows no clock, whoever writes the status adds it. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  /** Always the generation of the object that the condition is about (Gateway API: also when nothing else changed). */
  readonly observedGeneration: number
}

export function trueCondition(type: string, observedGeneration: number, reason = type, message = ''): Condition {
  return { type, status: 'True', reason, message, observedGeneration }
}

export function falseCondition(type: string, observedGeneration: number, reason: string, message: string): Condition {
  return { type, status: 'False', reason, message, observedGeneration }
}

export function unknownCondition(type: string, observedGeneration: number, reason: string, message: string): Condition {
  return { type, status: 'Unknown', reason, message, observedGeneration }
}

/** Ours, of routes and policies, and only ever False: the data plane refuses what was made of the object. */
export const notProgrammedType = 'gateway.headgate.dev/Programmed'

export function notProgrammed(observedGeneration: number, refused: readonly PlaneRefusal[]): Condition {
  return falseCondition(notProgrammedType, observedGeneration, 'Refused', describeRefusals(refused))
}

/** False with the problem's words, or True. */
export function conditionOf(type: string, observedGeneration: number, problem: Problem | undefined): Condition {
  return problem
    ? falseCondition(type, observedGeneration, problem.reason, problem.message)
    : trueCondition(type, observedGeneration)
}
