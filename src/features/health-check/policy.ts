import { Buffer } from 'node:buffer'
import type { HealthCheck, OutlierDetection } from '#ir'
import { type Outcome, ok } from '#kit/outcome.ts'
import type { BackendSlots, PolicyScope, PolicySlice } from '#translate'

interface Payload {
  readonly type: 'Text' | 'Binary'
  readonly text?: string
  /** Base64. */
  readonly binary?: string
}

interface Active {
  readonly timeout: string
  readonly interval: string
  readonly initialJitter?: string
  readonly unhealthyThreshold: number
  readonly healthyThreshold: number
  readonly type: 'HTTP' | 'TCP' | 'GRPC'
  readonly http?: {
    readonly hostname?: string
    readonly path: string
    readonly method?: string
    readonly expectedStatuses?: readonly number[]
    readonly retriableStatuses?: readonly number[]
    readonly expectedResponse?: Payload
    readonly requestBody?: Payload
  }
  readonly tcp?: { readonly send?: Payload; readonly receive?: Payload }
  readonly grpc?: { readonly service?: string }
  readonly overrides?: { readonly port?: number }
}

interface Passive {
  readonly splitExternalLocalOriginErrors: boolean
  readonly interval: string
  readonly consecutiveLocalOriginFailures?: number
  readonly consecutiveGatewayErrors?: number
  readonly consecutive5XxErrors: number
  readonly baseEjectionTime: string
  readonly maxEjectionPercent: number
  readonly failurePercentageThreshold?: number
  readonly alwaysEjectOneEndpoint?: boolean
}

interface Spec {
  readonly healthCheck: { readonly active?: Active; readonly passive?: Passive; readonly panicThreshold?: number }
}

export const healthCheck = {
  kind: 'BackendTrafficPolicy',
  fields: ['healthCheck'],
  refused: {
    'healthCheck.active.healthCheckLog': 'there is no log of health checks; what they find is in the metrics',
  },
  notes: {
    'healthCheck.active': 'an endpoint counts as healthy until its first answer',
    'healthCheck.passive.consecutiveGatewayErrors': 'default: off',
  },
  translate({ healthCheck: { active, passive, panicThreshold } }: Spec, scope) {
    const health = active && translateActive(active, scope)
    if (health && !health.ok) return health
    const outlier = passive && translatePassive(passive, scope)
    if (outlier && !outlier.ok) return outlier
    const backend: BackendSlots = {
      ...(health && { health: health.value }),
      ...(outlier && { outlier: outlier.value }),
      ...(panicThreshold !== undefined && { panicPercent: panicThreshold }),
    }
    return ok({ backend })
  },
} satisfies PolicySlice

function translateActive(active: Active, scope: PolicyScope): Outcome<HealthCheck> {
  const path = 'healthCheck.active'
  const timeout = scope.duration(active.timeout, `${path}.timeout`)
  if (!timeout.ok) return timeout
  const interval = scope.duration(active.interval, `${path}.interval`)
  if (!interval.ok) return interval
  const jitter = scope.duration(active.initialJitter, `${path}.initialJitter`)
  if (!jitter.ok) return jitter
  for (const [field, ms] of [
    ['timeout', timeout.value],
    ['interval', interval.value],
  ] as const)
    if (!ms) return scope.refuse(`${path}.${field}`, 'must be longer than nothing')
  const { unhealthyThreshold, healthyThreshold, overrides } = active
  return ok({
    ask: questionOf(active),
    timeoutMs: timeout.value!,
    intervalMs: interval.value!,
    initialJitterMs: jitter.value ?? 0,
    unhealthyThreshold,
    healthyThreshold,
    ...(overrides?.port && { port: overrides.port }),
  })
}

function questionOf({ type, http, tcp, grpc }: Active): HealthCheck['ask'] {
  const payload = <K extends string>(key: K, written: Payload | undefined) =>
    written && ({ [key]: base64Of(written) } as Record<K, string>)
  switch (type) {
    case 'HTTP':
      return {
        kind: 'http',
        path: http!.path,
        method: (http!.method ?? 'GET').toUpperCase(),
        ...(http!.hostname !== undefined && { hostname: http!.hostname }),
        healthy: rangesOf(http!.expectedStatuses ?? [200]),
        retriable: rangesOf(http!.retriableStatuses ?? []),
        ...payload('expectBody', http!.expectedResponse),
        ...payload('body', http!.requestBody),
      }
    case 'TCP':
      return { kind: 'tcp', ...payload('send', tcp?.send), ...payload('receive', tcp?.receive) }
    case 'GRPC':
      return { kind: 'grpc', service: grpc?.service ?? '' }
  }
}

function base64Of({ type, text = '', binary = '' }: Payload): string {
  return type === 'Text' ? Buffer.from(text).toString('base64') : binary
}

/** Statuses in order, neighbours joined. */
function rangesOf(statuses: readonly number[]): { readonly from: number; readonly to: number }[] {
  const ranges: { from: number; to: number }[] = []
  for (const status of [...new Set(statuses)].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last?.to === status - 1) last.to = status
    else ranges.push({ from: status, to: status })
  }
  return ranges
}

function translatePassive(passive: Passive, scope: PolicyScope): Outcome<OutlierDetection> {
  const path = 'healthCheck.passive'
  const interval = scope.duration(passive.interval, `${path}.interval`)
  if (!interval.ok) return interval
  const base = scope.duration(passive.baseEjectionTime, `${path}.baseEjectionTime`)
  if (!base.ok) return base
  if (!interval.value) return scope.refuse(`${path}.interval`, 'must be longer than nothing')
  if (!base.value) return scope.refuse(`${path}.baseEjectionTime`, 'must be longer than nothing')
  return ok({
    consecutive5xx: passive.consecutive5XxErrors,
    consecutiveGatewayErrors: passive.consecutiveGatewayErrors ?? 0,
    // Schema: the field has no effect without the split.
    consecutiveLocalFailures: passive.splitExternalLocalOriginErrors
      ? (passive.consecutiveLocalOriginFailures ?? 5)
      : 0,
    splitLocalErrors: passive.splitExternalLocalOriginErrors,
    failurePercent: passive.failurePercentageThreshold ?? 0,
    intervalMs: interval.value,
    baseEjectionMs: base.value,
    maxEjectionPercent: passive.maxEjectionPercent,
    alwaysEjectOne: passive.alwaysEjectOneEndpoint ?? false,
  })
}
