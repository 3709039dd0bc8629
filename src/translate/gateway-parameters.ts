import type { Gateway, GatewayClass, GatewayParametersSpec } from '#api'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { PlaneName } from './policy-slice.ts'
import type { Reader } from './reader.ts'
import type { Settings } from './settings.ts'

/** The kind that parametersRef may name. */
const parametersGroup = 'gateway.headgate.dev'
const parametersKind = 'GatewayParameters'

interface ParametersRef {
  readonly group: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** How the data plane of a Gateway is to be run: what the Gateway's parameters say, and for the rest its class's. */
export function resolveParameters(
  gateway: Gateway,
  gatewayClass: GatewayClass,
  reader: Reader,
  settings: Settings,
): Outcome<GatewayParametersSpec> {
  const path = 'spec.infrastructure.parametersRef'
  const ref = gateway.spec.infrastructure?.parametersRef
  const own = ref
    ? readParameters({ ...ref, namespace: gateway.metadata.namespace ?? 'default' }, path, reader)
    : ok({})
  if (!own.ok) return own
  const inherited = resolveClassParameters(gatewayClass, reader)
  if (!inherited.ok) {
    const message = `GatewayClass ${gatewayClass.metadata.name} is not accepted: see its parametersRef`
    return problem('InvalidParameters', message, 'spec.gatewayClassName')
  }
  const merged = mergeParameters(inherited.value, own.value)
  const contradiction = findContradiction(merged, planeOf(ok(merged), settings))
  // Each of the two may be right by itself.
  return contradiction ? problem('InvalidParameters', contradiction, path) : ok(merged)
}

/** What carries the Gateway's traffic, and whose limits count. */
export function planeOf(parameters: Outcome<GatewayParametersSpec>, { plane }: Settings): PlaneName | undefined {
  return (parameters.ok ? parameters.value.plane : undefined) ?? plane
}

/** What a class says for all of its Gateways. */
export function resolveClassParameters(
  { spec }: GatewayClass,
  reader: Pick<Reader, 'get'>,
): Outcome<GatewayParametersSpec> {
  const ref = spec.parametersRef
  if (!ref) return ok({})
  const path = 'spec.parametersRef'
  // gatewayclass_types.go: required for kinds that live in a namespace.
  if (isKnown(ref) && ref.namespace === undefined) {
    const message = `parametersRef names ${parametersKind} ${ref.name} without its namespace: add one`
    return problem('InvalidParameters', message, path)
  }
  return readParameters(ref, path, reader)
}

function readParameters(ref: ParametersRef, path: string, reader: Pick<Reader, 'get'>): Outcome<GatewayParametersSpec> {
  if (!isKnown(ref)) {
    const message =
      `parameters of kind ${ref.kind}.${ref.group} (${ref.name}) are not known here: ` +
      `name a ${parametersKind}.${parametersGroup}, or remove parametersRef`
    return problem('InvalidParameters', message, path)
  }
  const { namespace = '', name } = ref
  const found = reader.get('GatewayParameters', namespace, name)
  if (found) return ok(found.spec)
  return problem('InvalidParameters', `there is no ${parametersKind} ${name} in namespace ${namespace}`, path)
}

function isKnown({ group, kind }: ParametersRef): boolean {
  return group === parametersGroup && kind === parametersKind
}

/** Field by field; lists and maps are one field. A fixed number and autoscaling are two words for the same thing. */
function mergeParameters(inherited: GatewayParametersSpec, own: GatewayParametersSpec): GatewayParametersSpec {
  const { replicas, autoscaling, ...rest } = inherited
  const scale =
    own.replicas !== undefined || own.autoscaling
      ? {}
      : { ...(replicas !== undefined && { replicas }), ...(autoscaling && { autoscaling }) }
  const merged: GatewayParametersSpec = {
    ...rest,
    ...scale,
    ...own,
    ...groupOf('drain', inherited, own),
    ...groupOf('accessLog', inherited, own),
    ...groupOf('envoy', inherited, own),
    ...groupOf('pod', inherited, own),
    ...groupOf('service', inherited, own),
  }
  return merged
}

function groupOf<K extends 'drain' | 'envoy' | 'accessLog' | 'pod' | 'service'>(
  field: K,
  inherited: GatewayParametersSpec,
  own: GatewayParametersSpec,
): Partial<Pick<GatewayParametersSpec, K>> {
  if (!inherited[field] && !own[field]) return {}
  return { [field]: { ...inherited[field], ...own[field] } } as Pick<GatewayParametersSpec, K>
}

function findContradiction(
  { service = {}, hostNetwork, plane, accessLog, envoy }: GatewayParametersSpec,
  actual: PlaneName | undefined,
): string | undefined {
  const { type = 'LoadBalancer', loadBalancerClass, externalTrafficPolicy } = service
  if (loadBalancerClass !== undefined && type !== 'LoadBalancer')
    return `service.loadBalancerClass ${loadBalancerClass} needs a Service of type LoadBalancer, but its type is ${type}`
  if (externalTrafficPolicy === 'Local' && type === 'ClusterIP')
    return 'service.externalTrafficPolicy Local is of no use for a Service of type ClusterIP'
  if (hostNetwork && service.type !== undefined && service.type !== 'ClusterIP')
    return `with hostNetwork the nodes have the Gateway's addresses: leave out service.type ${type}, or say ClusterIP`
  if (actual === 'envoy' && accessLog?.format === 'text')
    return 'accessLog.format text is of plane embedded, and plane envoy writes json: say format json, or off'
  if (plane === 'embedded' && envoy?.image !== undefined)
    return 'envoy.image is for plane envoy: say plane envoy, or leave it out'
  return undefined
}
