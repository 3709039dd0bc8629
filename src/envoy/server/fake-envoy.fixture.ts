import { fromBinary, fromJson, toBinary } from '@bufbuild/protobuf'
import { ChannelCredentials, Client, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js'
import { type ResourceKind, resourceKinds, typeUrl } from '../envoy-resources.ts'
import { messageOf } from '../protobuf/registry.ts'

interface Told {
  readonly typeUrl: string
  readonly nonce: string
  readonly versionInfo?: string
  readonly resources: readonly { readonly name: string; readonly version: string; readonly value: Uint8Array }[]
  readonly removedResources?: readonly string[]
}

export interface FakeEnvoyOptions {
  readonly address: string
  readonly node: string
  /** Asks for virtual hosts when it has route configurations. */
  readonly virtualHosts?: boolean
  readonly credentials?: ChannelCredentials
  /** Why it does not take what it was sent; undefined: it does. */
  readonly refuse?: (kind: ResourceKind, names: readonly string[]) => string | undefined
  /** What it has from before the connection broke. */
  readonly has?: ReadonlyMap<ResourceKind, Readonly<Record<string, string>>>
}

const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources'

/**
 * Does with delta xDS what Envoy does: clusters and their endpoints, then listeners, then each listener's routes of the same
 * name. What it holds and the order in which it came are there to look at.
 */
export class FakeEnvoy {
  readonly held = new Map<ResourceKind, Map<string, string>>(resourceKinds.map((kind) => [kind, new Map()]))
  /** `cluster +a -b` in the order of arrival. */
  readonly log: string[] = []
  bytes = 0
  error: ServiceError | undefined
  readonly #options: FakeEnvoyOptions
  readonly #client: Client
  readonly #stream: ClientDuplexStream<Buffer, Buffer>
  readonly #asked = new Set<ResourceKind>()
  #isFirst = true

  constructor(options: FakeEnvoyOptions) {
    this.#options = options
    this.#client = new Client(options.address, options.credentials ?? ChannelCredentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
    })
    const same = (bytes: Buffer) => bytes
    this.#stream = this.#client.makeBidiStreamRequest(path, same, same)
    this.#stream.on('error', (error: ServiceError) => {
      this.error = error
    })
    this.#stream.on('data', (bytes: Buffer) => this.#onResponse(bytes))
    this.#ask('cluster', [])
  }

  names(kind: ResourceKind): string[] {
    return [...this.held.get(kind)!.keys()].sort()
  }

  /** Subscribes. Empty: to all. */
  #ask(kind: ResourceKind, subscribe: readonly string[]): void {
    const initialResourceVersions = this.#asked.has(kind) ? {} : (this.#options.has?.get(kind) ?? {})
    this.#asked.add(kind)
    this.#say({ typeUrl: typeUrl(kind), resourceNamesSubscribe: subscribe, initialResourceVersions })
  }

  #say(fields: object): void {
    const desc = messageOf('envoy.service.discovery.v3.DeltaDiscoveryRequest')
    const node = this.#isFirst ? { node: { id: this.#options.node } } : {}
    this.#isFirst = false
    this.#stream.write(Buffer.from(toBinary(desc, fromJson(desc, { ...node, ...fields }))))
  }

  #onResponse(bytes: Buffer): void {
    this.bytes += bytes.length
    const desc = messageOf('envoy.service.discovery.v3.DeltaDiscoveryResponse')
    const told = fromBinary(desc, bytes) as unknown as Told
    const kind = resourceKinds.find((one) => typeUrl(one) === told.typeUrl)!
    const names = told.resources.map(({ name }) => name)
    const message = this.#options.refuse?.(kind, names)
    const removed = told.removedResources ?? []
    const marks = [...names.map((name) => `+${name}`), ...removed.map((name) => `-${name}`)]
    this.log.push(`${message === undefined ? '' : 'refused '}${kind} ${marks.join(' ')}`.trim())
    const held = this.held.get(kind)!
    const fresh = names.filter((name) => !held.has(name))
    if (message === undefined) {
      for (const { name, version } of told.resources) held.set(name, version)
      for (const name of removed) held.delete(name)
      // Before it acknowledges, as Envoy does.
      if (kind === 'cluster' && fresh.length > 0) this.#ask('endpoints', fresh)
      if (kind === 'listener' && fresh.length > 0) this.#ask('route', fresh)
      if (kind === 'route' && this.#options.virtualHosts && !this.#asked.has('virtualHost'))
        this.#ask('virtualHost', [])
    }
    const errorDetail = message === undefined ? {} : { errorDetail: { code: 13, message } }
    this.#say({ typeUrl: told.typeUrl, responseNonce: told.nonce, ...errorDetail })
    const hasClusters = kind === 'cluster' && this.names('cluster').length === 0
    if ((kind === 'endpoints' || hasClusters) && !this.#asked.has('listener')) this.#ask('listener', [])
  }

  close(): void {
    this.#stream.on('error', () => {})
    this.#stream.cancel()
    this.#client.close()
  }
}
