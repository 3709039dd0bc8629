import { type Listener, podPort } from '#ir'
import { parseDuration } from '#kit/duration.ts'
import {
  type ContainerPlan,
  feedFolder,
  type InfrastructurePlan,
  type OwnedObject,
  type OwnerPlan,
  type ServedPort,
  serviceAccount,
  sharedFolder,
} from '#kube'
import type { CounterSettings } from '#proxy'
import type { GatewayPlan } from '#translate'
import { planEnvoy } from './envoy-container.ts'

/**
 * In host mode a Gateway needs nothing of the cluster to be served. Its ServiceAccount is what `spec.infrastructure` is put
 * on (GEP-1867).
 * @param name `namespace/name` of the Gateway @param controller see OwnerPlan
 */
export function planHostInfrastructure(name: string, plan: GatewayPlan, controller: string): readonly OwnedObject[] {
  const owner = ownerOf(name, plan, controller)
  return owner ? [serviceAccount(owner)] : []
}

/** What all data planes of a controller have in common. */
export interface PodSettings {
  /** See OwnerPlan. */
  readonly controller: string
  /** What serves, where parameters do not say. Default: embedded. */
  readonly plane?: 'embedded' | 'envoy'
  readonly image: string
  /** Of Envoy, where parameters do not say. */
  readonly envoyImage?: string
  /** Where proxies find the controller: `HOST:PORT`. */
  readonly feed: string
  /** Whom they believe to be it, PEM. */
  readonly trust: string
  /** Where they count global rate limits. */
  readonly counters?: CounterSettings | undefined
}

/**
 * @param name `namespace/name` of the Gateway
 * @param listeners those that are served now; the plan itself has those of the Gateway, sound or not
 * @returns undefined when nothing can be made for it
 */
export function planPodInfrastructure(
  name: string,
  plan: GatewayPlan,
  listeners: readonly Listener[],
  settings: PodSettings,
): InfrastructurePlan | undefined {
  const owner = ownerOf(name, plan, settings.controller)
  const { parameters } = plan
  if (!owner || !parameters) return undefined
  return {
    ...owner,
    ports: portsOf(plan, listeners),
    addresses: plan.addresses,
    parameters,
    container: planContainer(name, parameters, settings),
  }
}

/** @returns undefined when the Gateway is no object of a cluster */
function ownerOf(gateway: string, plan: GatewayPlan, controller: string): OwnerPlan | undefined {
  const { uid, labels, annotations, className } = plan
  const [namespace = '', name = ''] = gateway.split('/')
  if (uid === undefined) return undefined
  return { gateway: { namespace, name, uid }, className, controller, labels, annotations }
}

function portsOf({ ports }: GatewayPlan, listeners: readonly Listener[]): readonly ServedPort[] {
  const served = listeners.map(
    ({ port, protocol }) => ({ port, transport: protocol === 'udp' ? 'udp' : 'tcp' }) as const,
  )
  const all = new Map([...ports, ...served].map((one) => [`${one.transport} ${one.port}`, one]))
  return [...all.values()]
    .map(({ port, transport }) => ({ port, transport, podPort: podPort(port) }))
    .sort((a, b) => a.port - b.port || (a.transport < b.transport ? -1 : 1))
}

const adminPort = 9_900
const defaultDrain = { delay: '5s', timeout: '30s' }
/** What is left after the drain, for the process to end by itself. */
const endMs = 5_000

/** `headgate proxy`, which carries the traffic itself or has an Envoy beside it. */
function planContainer(
  gateway: string,
  parameters: InfrastructurePlan['parameters'],
  { plane, image, envoyImage, feed, trust, counters }: PodSettings,
): ContainerPlan {
  const { workers, accessLog } = parameters
  const drain = { ...defaultDrain, ...parameters.drain }
  const envoy = (parameters.plane ?? plane) === 'envoy' ? planEnvoy(gateway, parameters, envoyImage) : undefined
  return {
    image,
    args: [
      'proxy',
      ...['--gateway', gateway, '--feed', feed, '--admin', `[$(POD_IP)]:${adminPort}`],
      ...['--drain-delay', drain.delay, '--drain-timeout', drain.timeout],
      ...(envoy ? ['--envoy-sockets', sharedFolder] : []),
      ...(workers === undefined ? [] : ['--workers', String(workers)]),
      ...(accessLog?.format ? ['--access-log', accessLog.format] : []),
      ...(counters ? redisArguments(counters) : []),
    ],
    adminPort,
    graceSeconds: Math.ceil((milliseconds(drain.delay) + milliseconds(drain.timeout) + endMs) / 1_000),
    files: {
      'ca.crt': trust,
      ...envoy?.files,
      ...(counters?.authority !== undefined && { [redisFile]: counters.authority }),
    },
    ...(envoy && { engine: envoy.engine }),
  }
}

const redisFile = 'redis-ca.crt'

function redisArguments({ url, timeoutMs, whenAway, authority }: CounterSettings): readonly string[] {
  const trust = authority === undefined ? [] : ['--redis-ca', `${feedFolder}/${redisFile}`]
  return ['--redis', url, '--redis-timeout', `${timeoutMs}ms`, '--redis-down', whenAway, ...trust]
}

/** Validated by the schema of the parameters. */
function milliseconds(text: string): number {
  const duration = parseDuration(text, '')
  return duration.ok ? duration.value : 0
}
