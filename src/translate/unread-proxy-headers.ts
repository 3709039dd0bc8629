import type { PolicyPlace } from './policies-on.ts'
import { listenerPolicy } from './policy-chain.ts'
import type { PolicyReader } from './policy-models.ts'
import type { PlaneName } from './policy-slice.ts'
import type { PolicyFacts } from './policy-status.ts'
import { protocolOf } from './protocols.ts'
import { namespaceOf } from './store.ts'

interface Entry {
  readonly key: string
  readonly text: string
  readonly port: number
  readonly transport: string | undefined
}

/**
 * A port reads PROXY headers where all of its listeners want them: they come before anything that tells listeners apart.
 * @param place a Gateway, ListenerSet or listener of `gateway` (`namespace/name`)
 * @returns why a listener of `place` that wants them gets none; undefined: none does so in vain
 */
export function findUnreadProxyHeaders(
  place: PolicyPlace,
  gateway: string,
  plane: PlaneName | undefined,
  reader: PolicyReader,
  facts: PolicyFacts,
): string | undefined {
  const wants = ({ key }: Entry): boolean => {
    const { client, streams } = listenerPolicy(reader, key, plane).slots ?? {}
    return (client?.proxyProtocol ?? streams?.proxyProtocol) !== undefined
  }
  const object = `${place.namespace}/${place.name}`
  const own = entriesOf(place.kind as 'Gateway' | 'ListenerSet', object, gateway, reader).filter(
    ({ key }) => place.section === undefined || key.endsWith(`/${place.section}`),
  )
  const wanting = own.filter(wants)
  if (wanting.length === 0) return undefined
  const all = [
    ...entriesOf('Gateway', gateway, gateway, reader),
    ...[...facts.names('ListenerSet')]
      .filter((set) => facts.gatewayOf('ListenerSet', set) === gateway)
      .flatMap((set) => entriesOf('ListenerSet', set, gateway, reader)),
  ]
  for (const { port, transport, text } of wanting) {
    const other = all.find((entry) => entry.port === port && entry.transport === transport && !wants(entry))
    if (other) return `${text} gets no PROXY headers: ${other.text}, on port ${port} too, does not want them`
  }
  return undefined
}

function entriesOf(
  kind: 'Gateway' | 'ListenerSet',
  full: string,
  gateway: string,
  reader: PolicyReader,
): readonly Entry[] {
  const [namespace = '', name = ''] = full.split('/')
  const object = reader.get(kind, namespace, name)
  if (!object) return []
  const prefix = kind === 'Gateway' ? full : `${gateway}/${namespaceOf(object)}/${name}`
  return object.spec.listeners.map((listener) => ({
    key: `${prefix}/${listener.name}`,
    text: `listener ${listener.name} of ${kind} ${full}`,
    port: listener.port,
    transport: protocolOf(listener.protocol)?.transport,
  }))
}
