import type { BackendTLSPolicy } from '#api'
import type { Problem } from '#kit/outcome.ts'
import { tlsPolicyOn, translateTlsPolicy } from './backend-tls-policy.ts'
import { conditionOf, trueCondition } from './condition.ts'
import type { PolicyJudge } from './policy-book.ts'
import type { Reader } from './reader.ts'
import { namespaceOf } from './store.ts'

type Target = BackendTLSPolicy['spec']['targetRefs'][number]

/** Statuses of BackendTLSPolicy. Reasons: Accepted, Conflicted, TargetNotFound, Invalid, NoValidCACertificate. */
export const tlsPolicyJudge: PolicyJudge<'BackendTLSPolicy'> = {
  kind: 'BackendTLSPolicy',
  conditions(policy, reader) {
    const generation = policy.metadata.generation ?? 0
    const { refused, unresolved } = translateTlsPolicy(policy, reader)
    const { conflict, lost } = conflictOf(policy, reader)
    const refusal = conflict ?? missingTarget(policy, reader) ?? refused
    return [
      refusal
        ? conditionOf('Accepted', generation, refusal)
        : // Some targets are left to it: it is in force there, and says where it is not.
          trueCondition('Accepted', generation, 'Accepted', lost),
      conditionOf('ResolvedRefs', generation, unresolved),
    ]
  },
}

function conflictOf(policy: BackendTLSPolicy, reader: Reader): { readonly conflict?: Problem; readonly lost: string } {
  const { targetRefs } = policy.spec
  const losses = targetRefs.flatMap((target) => {
    const winner = tlsPolicyOn(reader, namespaceOf(policy), target, target.sectionName || undefined)
    return winner && winner.metadata.name !== policy.metadata.name
      ? [`${nameOf(target)} has the older BackendTLSPolicy ${winner.metadata.name}`]
      : []
  })
  const lost = losses.join('; ')
  if (losses.length < targetRefs.length) return { lost }
  return { lost, conflict: { reason: 'Conflicted', message: lost, path: 'spec.targetRefs' } }
}

function missingTarget(policy: BackendTLSPolicy, reader: Reader): Problem | undefined {
  const { targetRefs } = policy.spec
  const missing = targetRefs.filter((target) => !exists(target, namespaceOf(policy), reader))
  if (missing.length < targetRefs.length) return undefined
  const message = `does not exist in namespace ${namespaceOf(policy)}: ${missing.map(nameOf).join(', ')}`
  return { reason: 'TargetNotFound', message, path: 'spec.targetRefs' }
}

function exists({ kind, name, sectionName }: Target, namespace: string, reader: Reader): boolean {
  if (kind !== 'Service' && kind !== 'ServiceImport') return false
  const found = reader.get(kind, namespace, name)
  return found !== undefined && (!sectionName || (found.spec.ports ?? []).some((port) => port.name === sectionName))
}

function nameOf({ kind, name, sectionName }: Target): string {
  return sectionName ? `port ${sectionName} of ${kind} ${name}` : `${kind} ${name}`
}
