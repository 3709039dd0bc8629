import type { GatewayParametersSpec } from '#api'
import type { Problem } from '#kit/outcome.ts'
import type { RawObject } from '../resource.ts'

export interface RealAddress {
  readonly type: 'IPAddress' | 'Hostname'
  readonly value: string
}

export interface RealAddresses {
  readonly addresses: readonly RealAddress[]
  /** Why the Gateway is not reached where it should be. */
  readonly problem?: Problem
}

/** What there is in the cluster for one Gateway. */
export interface AddressFacts {
  readonly parameters: GatewayParametersSpec
  /** IP addresses that the Gateway asks for. */
  readonly requested: readonly string[]
  readonly service: RawObject | undefined
  /** Needed for Services of type NodePort. */
  readonly nodes: Iterable<RawObject>
  /** Those of the Gateway; needed with hostNetwork. */
  readonly pods: Iterable<RawObject>
}

// Gateway API takes no more in a status.
const most = 16

/** Where clients reach a Gateway, from what is there and not from what was wanted. */
export function readAddresses(facts: AddressFacts): RealAddresses {
  const { requested, service, parameters } = facts
  const { found, missing } = parameters.hostNetwork ? ofPods(facts.pods) : ofService(service, facts.nodes)
  if (requested.length === 0)
    return found.length > 0
      ? { addresses: found.slice(0, most) }
      : { addresses: [], problem: { reason: 'AddressNotAssigned', message: missing, path: '' } }
  const addresses = found.filter(({ value }) => requested.includes(value))
  const absent = requested.filter((value) => !found.some((address) => address.value === value))
  if (absent.length === 0) return { addresses }
  const has = found.length > 0 ? `it has ${found.map(({ value }) => value).join(', ')}` : missing
  const message = `the Gateway can't be reached at ${absent.join(', ')}: ${has}`
  return { addresses, problem: { reason: 'AddressNotUsable', message, path: 'spec.addresses' } }
}

interface Found {
  readonly found: readonly RealAddress[]
  /** What to say when there is none. */
  readonly missing: string
}

function ofService(service: RawObject | undefined, nodes: Iterable<RawObject>): Found {
  if (!service) return { found: [], missing: 'its Service does not exist yet' }
  const { name } = service.metadata
  const { type, clusterIP, clusterIPs } = service.spec as ServiceSpec
  switch (type) {
    case 'LoadBalancer': {
      const { ingress = [] } = (service.status as ServiceStatus | undefined)?.loadBalancer ?? {}
      const found = ingress.flatMap(({ ip, hostname }) => (ip ? [ipAddress(ip)] : hostname ? [hostName(hostname)] : []))
      return { found, missing: `no load balancer has given Service ${name} an address yet` }
    }
    case 'NodePort':
      return { found: unique([...nodes].flatMap(nodeAddresses)), missing: 'no node of the cluster is ready' }
    default: {
      const own = (clusterIPs ?? [clusterIP]).filter((ip) => ip !== undefined && ip !== '' && ip !== 'None')
      return { found: own.map((ip) => ipAddress(ip!)), missing: `Service ${name} has no address yet` }
    }
  }
}

function ofPods(pods: Iterable<RawObject>): Found {
  const found = unique(
    [...pods]
      .filter(({ metadata, status }) => !metadata.deletionTimestamp && isReady(status as PodStatus))
      .flatMap(({ status }) => {
        const { hostIP, hostIPs } = status as PodStatus
        return (hostIPs?.map(({ ip }) => ip) ?? [hostIP]).filter((ip) => ip !== undefined)
      }),
  )
  return { found, missing: 'none of its pods is ready yet' }
}

/** Where clients from outside reach a node, or else where others of the cluster do. */
function nodeAddresses({ status }: RawObject): readonly string[] {
  const { addresses = [], ...conditions } = (status ?? {}) as NodeStatus
  if (!isReady(conditions)) return []
  const of = (wanted: string) => addresses.filter(({ type }) => type === wanted).map(({ address }) => address)
  const external = of('ExternalIP')
  return external.length > 0 ? external : of('InternalIP')
}

function isReady(status: Conditions | undefined): boolean {
  return (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True')
}

function unique(values: readonly string[]): readonly RealAddress[] {
  return [...new Set(values)].sort().map(ipAddress)
}

function ipAddress(value: string): RealAddress {
  return { type: 'IPAddress', value }
}

function hostName(value: string): RealAddress {
  return { type: 'Hostname', value }
}

interface ServiceSpec {
  readonly type?: string
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
}

interface ServiceStatus {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] }
}

interface Conditions {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
}

interface PodStatus extends Conditions {
  readonly hostIP?: string
  readonly hostIPs?: readonly { readonly ip: string }[]
}

interface NodeStatus extends Conditions {
  readonly addresses?: readonly { readonly type: string; readonly address: string }[]
}
