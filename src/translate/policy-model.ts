import type { BackendKey, FilterNode, Origin } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import type { BackendUse } from './backend-ref.ts'
import { findUnobeyed, writes } from './policy-fields.ts'
import { mergePolicy } from './policy-merge.ts'
import { policyScope } from './policy-scope.ts'
import type { PlaneName, PolicyEffect, PolicySlice, PolicyTraffic } from './policy-slice.ts'
import { attachmentFields } from './policy-target.ts'
import type { Reader } from './reader.ts'

/** A policy, or HTTPRouteFilter, understood: what its fields come to, or why it cannot be obeyed. */
export interface PolicyModel {
  /** `BackendTrafficPolicy default/a`; merged: `… default/a over default/b`. */
  readonly id: string
  /** Any: nothing of it may be done. */
  readonly problems: readonly Problem[]
  /** Fields of its own that are about requests, where there are none. */
  readonly beside: readonly string[]
  readonly nodes: readonly PlacedNode[]
  readonly forward?: PolicyEffect['forward']
  readonly backend?: PolicyEffect['backend']
  readonly listener?: PolicyEffect['listener']
  readonly admit?: PolicyEffect['admit']
  /** The backends that `nodes` name. */
  readonly uses: readonly BackendUse[]
}

export interface PlacedNode {
  readonly node: FilterNode
  /** See PolicySlice.ruleWins. */
  readonly ruleWins: boolean
  /** See PolicySlice.alone. */
  readonly alone: boolean
}

/** What understands fields. */
export interface PolicyFeatures {
  readonly slices: readonly PolicySlice[]
  readonly refuses?: NodeRefusal
}

/** Why a plane can't do a node; undefined: it can. */
export type NodeRefusal = (node: FilterNode, plane: PlaneName | undefined) => string | undefined

export interface WrittenPolicy {
  readonly origin: Origin
  readonly spec: Readonly<Record<string, unknown>>
}

/** Kinds of which nothing is understood: why, rather than a list of their fields. */
const refusedKinds: Readonly<Record<string, string>> = {
  EnvoyExtensionPolicy: 'extensions of Envoy (Wasm, Lua, dynamic modules, external processing) are not supported here',
  EnvoyPatchPolicy: "Envoy's configuration cannot be patched here: its names and parts may differ with each release",
}

/** @param parent what it is merged with @param plane whose refusals count */
export function translatePolicy(
  policy: WrittenPolicy,
  parent: WrittenPolicy | undefined,
  carries: PolicyTraffic,
  plane: PlaneName | undefined,
  reader: Reader,
  { slices: all, refuses }: PolicyFeatures,
): PolicyModel {
  const { origin } = policy
  const slices = all.filter(({ kind }) => kind === origin.kind)
  const own = effective(policy.spec)
  const spec = parent ? mergePolicy(effective(parent.spec), own, String(policy.spec.mergeType)) : own
  const name = `${origin.kind} ${origin.namespace}/${origin.name}`
  const id = parent ? `${name} over ${parent.origin.namespace}/${parent.origin.name}` : name
  const uses = new Map<BackendKey, BackendUse>()
  const nodes: PlacedNode[] = []
  const beside: string[] = []
  let effect: PolicyEffect = {}
  const whole = slices.length === 0 ? refusedKinds[origin.kind] : undefined
  const problems = whole ? [{ reason: 'Invalid', message: whole, path: '' }] : [...findUnobeyed(spec, slices, plane)]
  // What nobody obeys is not translated: slices never see a field that they don't know.
  for (const slice of problems.length > 0 ? [] : slices) {
    if (!writes(spec, slice.fields)) continue
    // References are resolved from where they are written: fields that only the parent has are the parent's.
    const writer = parent && !writes(own, slice.fields) ? parent.origin : origin
    const outcome = slice.translate(spec as never, policyScope(reader, writer, carries, uses, { slices: all, plane }))
    if (outcome.ok) {
      const { nodes: made = [], forward } = outcome.value
      if (carries === 'stream' && (made.length > 0 || forward))
        beside.push(...slice.fields.filter((field) => writes(own, [field])))
      for (const node of outcome.value.nodes ?? [])
        nodes.push({ node, ruleWins: slice.ruleWins ?? false, alone: slice.alone ?? false })
      effect = mergeEffects(effect, outcome.value)
    } else problems.push(...outcome.problems)
  }
  for (const { node } of nodes) {
    const message = refuses?.(node, plane)
    if (message !== undefined) problems.push({ reason: 'Invalid', message, path: 'spec' })
  }
  if (problems.length > 0) return { id, problems, beside, nodes: [], uses: [] }
  const { nodes: _, ...slots } = effect
  return { id, problems, beside, nodes, uses: [...uses.values()], ...slots }
}

function effective(spec: WrittenPolicy['spec']): WrittenPolicy['spec'] {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !attachmentFields.has(name)))
}

/** Slices fill different slots; only the groups of slots meet. */
function mergeEffects(a: PolicyEffect, b: PolicyEffect): PolicyEffect {
  return {
    ...((a.forward || b.forward) && {
      forward: { ...a.forward, ...b.forward, timeouts: { ...a.forward?.timeouts, ...b.forward?.timeouts } },
    }),
    ...((a.backend || b.backend) && { backend: { ...a.backend, ...b.backend } }),
    ...((a.admit ?? b.admit) && { admit: a.admit ?? b.admit }),
    ...((a.listener || b.listener) && {
      listener: {
        client: { ...a.listener?.client, ...b.listener?.client },
        streams: { ...a.listener?.streams, ...b.listener?.streams },
        tls: { ...a.listener?.tls, ...b.listener?.tls },
      },
    }),
  }
}
