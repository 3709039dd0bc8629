import type { BackendKey, Listener, StreamRoute } from '#ir'
import { type Admit, compileAdmission } from './compile-admission.ts'
import type { BackendPool } from './upstream/backend-pool.ts'

/** A rule about connections, ready to run. */
export interface CompiledStream {
  readonly route: StreamRoute
  readonly listener: Listener
  readonly shares: readonly StreamShare[]
  readonly totalWeight: number
  /** Undefined: everybody may come in. */
  readonly admit: Admit | undefined
}

export type StreamShare =
  | { readonly kind: 'backend'; readonly key: BackendKey; readonly weight: number; readonly pool: BackendPool }
  | { readonly kind: 'broken'; readonly weight: number; readonly why: string }

export function compileStream(
  route: StreamRoute,
  listener: Listener,
  pool: (backend: BackendKey) => BackendPool | undefined,
): CompiledStream {
  const shares = route.to.map((to): StreamShare => {
    const { weight } = to
    if (to.kind === 'broken') return { kind: 'broken', weight, why: to.why }
    const found = pool(to.backend)
    if (!found) return { kind: 'broken', weight, why: `backend ${to.backend} is not in the snapshot` }
    return { kind: 'backend', key: to.backend, weight, pool: found }
  })
  const totalWeight = shares.reduce((sum, { weight }) => sum + weight, 0)
  return { route, listener, shares, totalWeight, admit: route.admit && compileAdmission(route.admit) }
}

/** A share by weight: the one for the whole connection. Undefined: all weights are 0. */
export function chooseShare({ shares, totalWeight }: CompiledStream, random: () => number): StreamShare | undefined {
  if (totalWeight === 0) return undefined
  let at = random() * totalWeight
  for (const share of shares) {
    at -= share.weight
    if (at < 0) return share
  }
  return shares.findLast(({ weight }) => weight > 0)
}
