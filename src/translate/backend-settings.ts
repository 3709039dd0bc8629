import { type Outcome, ok } from '#kit/outcome.ts'
import { findUnobeyed, writes } from './policy-fields.ts'
import type { BackendSlots, FieldPath, PlaneName, PolicyScope, PolicySlice, Refusals } from './policy-slice.ts'

/** Fields by their names in BackendTrafficPolicy, where another policy has them for a backend of its own (`backendSettings`). */
export type WrittenSettings = Readonly<Record<string, unknown>>

const ofRoutes = 'is about requests of routes, and this is a backend that the gateway asks for itself'

/** What makes no sense without a client's request. */
const refusedInSettings: Refusals = {
  retry: ofRoutes,
  'timeout.http.requestTimeout': ofRoutes,
  'timeout.http.maxStreamDuration': ofRoutes,
  'timeout.http.streamIdleTimeout': ofRoutes,
  'loadBalancer.consistentHash': ofRoutes,
  'loadBalancer.endpointOverride': ofRoutes,
}

/** For the slice of another policy that has settings at `path`: what is refused in them. */
export function settingsRefusals(path: FieldPath): Refusals {
  return Object.fromEntries(Object.entries(refusedInSettings).map(([field, why]) => [`${path}.${field}`, why]))
}

/** The slices of BackendTrafficPolicy as they are where settings of a backend are written. */
export function settingsSlices(all: readonly PolicySlice[]): readonly PolicySlice[] {
  return all
    .filter(({ kind }) => kind === 'BackendTrafficPolicy')
    .map((slice) => ({ ...slice, refused: { ...slice.refused, ...refusedInSettings } }))
}

/** What the slices of BackendTrafficPolicy make of them. @param path where they stand */
export function translateSettings(
  written: WrittenSettings,
  path: FieldPath,
  all: readonly PolicySlice[],
  plane: PlaneName | undefined,
  outer: PolicyScope,
): Outcome<BackendSlots | undefined> {
  const slices = settingsSlices(all)
  const [unobeyed] = findUnobeyed(written, slices, plane)
  if (unobeyed) return outer.refuse(`${path}.${unobeyed.path.replace(/^spec\./, '')}`, unobeyed.message)
  const scope: PolicyScope = {
    ...outer,
    carries: 'http',
    refuse: (field, message) => outer.refuse(`${path}.${field}`, message),
    duration: (text, field) => outer.duration(text, `${path}.${field}`),
  }
  let slots: BackendSlots | undefined
  for (const slice of slices) {
    const field = slice.fields.find((one) => writes(written, [one]))
    if (field === undefined) continue
    const outcome = slice.translate(written as never, scope)
    if (!outcome.ok) return outcome
    const { nodes = [], forward, backend } = outcome.value
    if (nodes.length > 0 || forward) return outer.refuse(`${path}.${field}`, ofRoutes)
    slots = { ...slots, ...backend }
  }
  return ok(slots)
}
