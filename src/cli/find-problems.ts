import type { KubeObject } from '#api'
import type { Condition, Status } from '#translate'
import { findUnclaimed } from './find-unclaimed.ts'
import type { PlacedProblem } from './machinery.ts'
import type { TranslatedFiles } from './translate-files.ts'

/** A problem as `headgate check` tells it. */
export interface Finding extends PlacedProblem {
  /** A warning: it may be right all the same, where the files are not the whole world. */
  readonly severity: 'error' | 'warning'
}

/** Everything that is wrong with the files: what can't be read, what the API server would refuse, what the translation refuses. */
export function findProblems(files: TranslatedFiles): readonly Finding[] {
  const findings: Finding[] = files.loaded.problems.map((one) => ({ ...one, severity: severityOf(one) }))
  for (const [key, status] of files.statuses) {
    const object = files.objects.get(key)
    if (object === undefined) continue
    for (const { condition, path } of conditionsOf(status, object)) {
      if (!isWrong(condition)) continue
      for (const one of splitMessage(condition.message, path)) {
        const place = files.source.locate(key, one.path)
        if (place === undefined) continue
        findings.push({ ...place, ...one, reason: condition.reason, object: key, severity: severityOf(one) })
      }
    }
  }
  for (const { key, path, message } of findUnclaimed(files.objects)) {
    const place = files.source.locate(key, path)
    // In CI the Gateway is often in the cluster, and the routes alone in the repository.
    if (place !== undefined)
      findings.push({ ...place, path, message, reason: 'Unclaimed', object: key, severity: 'warning' })
  }
  return sortFindings(findings)
}

interface PlacedCondition {
  readonly condition: Condition
  readonly path: string
}

function conditionsOf(status: Status, object: KubeObject): readonly PlacedCondition[] {
  const at = (conditions: readonly Condition[], path: string) => conditions.map((condition) => ({ condition, path }))
  switch (status.kind) {
    case 'GatewayClass':
      return at(status.conditions, 'spec')
    case 'Gateway':
    case 'ListenerSet':
      return [
        // What the Gateway says about its listeners in general, they say themselves.
        ...at(status.conditions, 'spec').filter(({ condition }) => !/^Listeners/.test(condition.reason)),
        ...status.listeners.flatMap((listener, index) => at(listener.conditions, `spec.listeners[${index}]`)),
      ]
    case 'Route': {
      const written = parentRefsOf(object)
      return status.parents.flatMap((parent) => {
        const index = written.indexOf(JSON.stringify(parent.parentRef))
        return at(parent.conditions, index < 0 ? 'spec.parentRefs' : `spec.parentRefs[${index}]`)
      })
    }
    case 'Policy':
      return status.ancestors.flatMap(({ conditions }) => at(conditions, 'spec'))
  }
}

function parentRefsOf(object: KubeObject): readonly string[] {
  const spec = object.spec as { readonly parentRefs?: readonly unknown[] } | undefined
  return (spec?.parentRefs ?? []).map((ref) => JSON.stringify(ref))
}

// Programmed repeats what the other conditions say.
function isWrong({ type, status }: Condition): boolean {
  if (type === 'PartiallyInvalid' || type === 'OverlappingTLSConfig' || type === 'Conflicted') return status === 'True'
  return (type === 'Accepted' || type === 'ResolvedRefs') && status === 'False'
}

/** `spec.rules[0].a: one; spec.rules[1]: two` has two messages with a place each; other messages belong where we already are. */
function splitMessage(message: string, path: string): readonly { readonly path: string; readonly message: string }[] {
  const parts = [...message.matchAll(/(spec\.[\w.[\]-]+): (.*?)(?=(?:; |\), Dropped Rule \d+ \()spec\.|\)?$)/g)]
  if (parts.length === 0) return [{ path, message }]
  return parts.map(([, field, text]) => ({ path: field!, message: text! }))
}

/**
 * What does not exist in the files may exist in the cluster: Secrets are rarely kept beside routes. And an object that stands
 * in two files may be meant for two clusters, as in examples and overlays.
 */
function severityOf({ reason, message }: { readonly reason?: string; readonly message: string }): Finding['severity'] {
  return reason === 'DefinedTwice' || /does not exist|not found/.test(message) ? 'warning' : 'error'
}

/** By place, and each once: several parents of a route tell the same about its rules. */
function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const unique = new Map(
    findings.map((one) => [JSON.stringify([one.file, one.line, one.column, one.path, one.message]), one]),
  )
  return [...unique.values()].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  )
}
