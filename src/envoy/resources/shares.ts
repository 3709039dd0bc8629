import type { BackendKey, FilterNode, WeightedBackend } from '#ir'
import type { Message } from '../message.ts'
import { noParts, type Parts } from './parts.ts'

/** A part of a rule's traffic that needs a route of Envoy's to itself; the last one takes what the others leave. */
export type Share = ShareKind & {
  /** '' or `backend-1`: the place of the backendRef. */
  readonly name: string
  /** RouteMatch.runtime_fraction's default; undefined: all that comes here. */
  readonly fraction: Message | undefined
}

type ShareKind =
  | { readonly kind: 'together'; readonly to: readonly PlainShare[] }
  | { readonly kind: 'apart'; readonly backend: BackendKey; readonly parts: Parts }
  | { readonly kind: 'broken'; readonly status: number; readonly why: string }

export interface PlainShare {
  readonly backend: BackendKey
  readonly weight: number
  readonly parts: Parts
}

type Special = Exclude<ShareKind, { kind: 'together' }>

const million = 1_000_000

/**
 * Backends go together as weighted clusters where they can. A broken share answers by itself, and one whose filters say more
 * than a weighted cluster can has a route of its own; these come first, each for its part of the requests. Envoy draws one
 * number per request for all its routes, so that the parts are thresholds that add up.
 *
 * @param rule parts of the rule
 * @param build makes the parts of a backendRef's filters; undefined: Envoy can't do them
 * @returns nothing when no backend has a weight
 */
export function splitShares(
  to: readonly WeightedBackend[],
  rule: Parts,
  build: (filters: readonly FilterNode[]) => Parts | undefined,
): Share[] {
  const total = to.reduce((sum, { weight }) => sum + weight, 0)
  const special: { readonly share: Special; readonly name: string; readonly weight: number }[] = []
  const plain: PlainShare[] = []
  for (const [i, one] of to.entries()) {
    const { weight } = one
    if (weight === 0) continue
    const share = buildShare(one, build)
    if (share.kind === 'apart' && fitsWeightedCluster(share.parts, rule)) plain.push({ ...share, weight })
    else special.push({ share, name: `backend-${i}`, weight })
  }
  const rest = joinPlain(plain)
  let sum = 0
  const parted = special.map(({ share, name, weight }, i): Share => {
    sum += weight
    const takesAll = rest.length === 0 && i === special.length - 1
    const numerator = Math.round((sum / total) * million)
    return { ...share, name, fraction: takesAll ? undefined : { numerator, denominator: 'MILLION' } }
  })
  return [...parted, ...rest]
}

function buildShare(one: WeightedBackend, build: (filters: readonly FilterNode[]) => Parts | undefined): Special {
  if (one.kind === 'broken') return { kind: 'broken', status: one.status, why: one.why }
  const parts = one.filters.length === 0 ? noParts : build(one.filters)
  if (!parts) return { kind: 'broken', status: 500, why: 'Envoy can not do what a filter of the backendRef asks for' }
  return { kind: 'apart', backend: one.backend, parts }
}

function joinPlain(plain: readonly PlainShare[]): Share[] {
  const [only] = plain
  if (!only) return []
  const all = { name: '', fraction: undefined }
  if (plain.length > 1) return [{ kind: 'together', to: plain, ...all }]
  return [{ kind: 'apart', backend: only.backend, parts: only.parts, ...all }]
}

/** Whether a weighted cluster has fields for all of it. */
function fitsWeightedCluster({ action, answers, response }: Parts, rule: Parts): boolean {
  // Where both change the response, Envoy would let the rule go first.
  if (answers || (response.length > 0 && rule.response.length > 0)) return false
  return Object.keys(action).every((field) => field === 'host_rewrite_literal')
}
