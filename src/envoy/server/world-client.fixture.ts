import { fromBinary, fromJson, toBinary } from '@bufbuild/protobuf'
import { ChannelCredentials, Client, type ClientDuplexStream } from '@grpc/grpc-js'
import { type ResourceKind, resourceKinds, resourceName, typeUrl } from '../envoy-resources.ts'
import { messageOf } from '../protobuf/registry.ts'

interface Told {
  readonly typeUrl: string
  readonly nonce: string
  readonly versionInfo: string
  readonly resources: readonly { readonly typeUrl: string; readonly value: Uint8Array }[]
}

export interface WorldClientOptions {
  readonly address: string
  readonly node: string
  /** Why it does not take what it was sent; undefined: it does. */
  readonly refuse?: (kind: ResourceKind, names: readonly string[]) => string | undefined
}

/** A client that speaks the state of the world: each response of clusters or listeners is all there is of them. */
export class WorldClient {
  /** What it has taken last, by kind. */
  readonly held = new Map<ResourceKind, readonly string[]>()
  /** `cluster a b`, `refused cluster a b` in the order of arrival. */
  readonly log: string[] = []
  readonly #options: WorldClientOptions
  readonly #client: Client
  readonly #stream: ClientDuplexStream<Buffer, Buffer>
  readonly #versions = new Map<ResourceKind, string>()
  #isFirst = true

  constructor(options: WorldClientOptions) {
    this.#options = options
    this.#client = new Client(options.address, ChannelCredentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    })
    const same = (bytes: Buffer) => bytes
    const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources'
    this.#stream = this.#client.makeBidiStreamRequest(path, same, same)
    this.#stream.on('error', () => {})
    this.#stream.on('data', (bytes: Buffer) => this.#onResponse(bytes))
    this.ask('cluster')
  }

  /** @param names empty: all */
  ask(kind: ResourceKind, names: readonly string[] = []): void {
    this.#say({ typeUrl: typeUrl(kind), resourceNames: names, versionInfo: this.#versions.get(kind) ?? '' })
  }

  #say(fields: object): void {
    const desc = messageOf('envoy.service.discovery.v3.DiscoveryRequest')
    const node = this.#isFirst ? { node: { id: this.#options.node } } : {}
    this.#isFirst = false
    this.#stream.write(Buffer.from(toBinary(desc, fromJson(desc, { ...node, ...fields }))))
  }

  #onResponse(bytes: Buffer): void {
    const told = fromBinary(messageOf('envoy.service.discovery.v3.DiscoveryResponse'), bytes) as unknown as Told
    const kind = resourceKinds.find((one) => typeUrl(one) === told.typeUrl)!
    const type = messageOf(told.typeUrl.slice(told.typeUrl.indexOf('/') + 1))
    const names = told.resources.map(({ value }) => {
      const { name, clusterName } = fromBinary(type, value) as unknown as { name?: string; clusterName?: string }
      return resourceName(kind, { name, cluster_name: clusterName })
    })
    const refusal = this.#options.refuse?.(kind, names)
    this.log.push(`${refusal === undefined ? '' : 'refused '}${kind} ${names.join(' ')}`.trim())
    const first = refusal === undefined && !this.held.has(kind)
    if (refusal === undefined) {
      this.held.set(kind, names)
      this.#versions.set(kind, told.versionInfo)
    }
    // Of a refused response the version before is said, with its nonce and why.
    const errorDetail = refusal === undefined ? {} : { errorDetail: { code: 13, message: refusal } }
    const subscribed = kind === 'cluster' || kind === 'listener' ? [] : names
    const versionInfo = this.#versions.get(kind) ?? ''
    this.#say({
      typeUrl: told.typeUrl,
      resourceNames: subscribed,
      responseNonce: told.nonce,
      versionInfo,
      ...errorDetail,
    })
    if (!first) return
    if (kind === 'cluster') this.ask('endpoints', names)
    if (kind === 'endpoints') this.ask('listener')
    if (kind === 'listener') this.ask('route', names)
  }

  close(): void {
    this.#stream.cancel()
    this.#client.close()
  }
}
