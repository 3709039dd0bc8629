import type { Reader } from './reader.ts'

export interface GrantFrom {
  readonly group: string
  readonly kind: string
  readonly namespace: string
}

export interface GrantTo {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/**
 * Whether `from` may refer to `to`: inside a namespace always, across namespaces when a ReferenceGrant beside the target
 * says so. `from` AND `to` of one grant must match, their entries are alternatives (referencegrant_types.go).
 */
export function mayRefer(reader: Reader, from: GrantFrom, to: GrantTo): boolean {
  if (from.namespace === to.namespace) return true
  for (const { spec } of reader.grants(to.namespace)) {
    const fromFits = spec.from.some(
      (entry) => entry.group === from.group && entry.kind === from.kind && entry.namespace === from.namespace,
    )
    const toFits = spec.to.some(
      (entry) =>
        entry.group === to.group && entry.kind === to.kind && (entry.name === undefined || entry.name === to.name),
    )
    if (fromFits && toFits) return true
  }
  return false
}

/** What to do about a missing grant, for messages. */
export function grantAdvice(from: GrantFrom, to: GrantTo): string {
  return (
    `${to.kind} ${to.namespace}/${to.name} is in another namespace and no ReferenceGrant there allows it: ` +
    `add one in namespace ${to.namespace} from ${from.kind} in ${from.namespace} to ${to.kind} ${to.name}`
  )
}
