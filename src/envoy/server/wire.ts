import { create, type DescMessage, fromBinary, type Message, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { type ResourceKind, resourceKinds, typeUrl } from '../envoy-resources.ts'
import type { PackedResource } from '../protobuf/pack-resource.ts'
import { messageOf } from '../protobuf/registry.ts'

/** What a client of either protocol says: a subscription, an acknowledgement, or both. */
export interface XdsRequest {
  /** Present in the first request of a stream. */
  readonly node?: string
  readonly kind: ResourceKind | undefined
  readonly typeUrl: string
  readonly nonce: string
  /** Present: the response with this nonce was refused. */
  readonly refusal?: string
  /** Delta. */
  readonly subscribe: readonly string[]
  readonly unsubscribe: readonly string[]
  readonly initialVersions: Readonly<Record<string, string>>
  /** State of the world: all names that are wanted. */
  readonly names: readonly string[]
}

export interface XdsResponse {
  readonly kind: ResourceKind
  readonly nonce: string
  readonly version: string
  readonly put: readonly PackedResource[]
  /** Delta only. */
  readonly removed: readonly string[]
}

export interface Wire {
  readonly delta: boolean
  readonly path: string
  decode(bytes: Buffer): XdsRequest
  encode(response: XdsResponse): Buffer
}

interface RequestFields extends Message {
  readonly node?: { readonly id: string }
  readonly typeUrl: string
  readonly responseNonce: string
  readonly errorDetail?: { readonly message: string }
  readonly resourceNames?: readonly string[]
  readonly resourceNamesSubscribe?: readonly string[]
  readonly resourceNamesUnsubscribe?: readonly string[]
  readonly initialResourceVersions?: Readonly<Record<string, string>>
}

const kinds = new Map(resourceKinds.map((kind) => [typeUrl(kind), kind]))
const service = '/envoy.service.discovery.v3.AggregatedDiscoveryService'

function decodeBy(request: DescMessage): Wire['decode'] {
  return (bytes) => {
    const fields = fromBinary(request, bytes) as unknown as RequestFields
    return {
      ...(fields.node && { node: fields.node.id }),
      kind: kinds.get(fields.typeUrl),
      typeUrl: fields.typeUrl,
      nonce: fields.responseNonce,
      ...(fields.errorDetail && { refusal: fields.errorDetail.message }),
      subscribe: fields.resourceNamesSubscribe ?? [],
      unsubscribe: fields.resourceNamesUnsubscribe ?? [],
      initialVersions: fields.initialResourceVersions ?? {},
      names: fields.resourceNames ?? [],
    }
  }
}

/** What changed since the last response. */
export function deltaWire(): Wire {
  const response = messageOf('envoy.service.discovery.v3.DeltaDiscoveryResponse')
  return {
    delta: true,
    path: `${service}/DeltaAggregatedResources`,
    decode: decodeBy(messageOf('envoy.service.discovery.v3.DeltaDiscoveryRequest')),
    encode: ({ kind, nonce, version, put, removed }) =>
      join(
        pack(response, { systemVersionInfo: version, typeUrl: typeUrl(kind), nonce, removedResources: removed }),
        put.map((one) =>
          remember(inDelta, one, () =>
            pack(response, { resources: [{ name: one.name, version: one.version, resource: any(one) }] }),
          ),
        ),
      ),
  }
}

/** All clusters or listeners each time; of the other kinds those that changed. */
export function stateOfTheWorldWire(): Wire {
  const response = messageOf('envoy.service.discovery.v3.DiscoveryResponse')
  return {
    delta: false,
    path: `${service}/StreamAggregatedResources`,
    decode: decodeBy(messageOf('envoy.service.discovery.v3.DiscoveryRequest')),
    encode: ({ kind, nonce, version, put }) =>
      join(
        pack(response, { versionInfo: version, typeUrl: typeUrl(kind), nonce }),
        put.map((one) => remember(inWorld, one, () => pack(response, { resources: [any(one)] }))),
      ),
  }
}

// Messages that follow one another are read as one, lists joined (Protobuf's encoding, "Last One Wins"): a resource that goes to a
// thousand clients is encoded once.
const inDelta = new WeakMap<PackedResource, Buffer>()
const inWorld = new WeakMap<PackedResource, Buffer>()

function join(head: Buffer, parts: readonly Buffer[]): Buffer {
  return parts.length === 0 ? head : Buffer.concat([head, ...parts])
}

function remember(known: WeakMap<PackedResource, Buffer>, one: PackedResource, encode: () => Buffer): Buffer {
  const before = known.get(one)
  if (before) return before
  const made = encode()
  known.set(one, made)
  return made
}

function any({ typeUrl: url, bytes }: PackedResource): unknown {
  return { $typeName: 'google.protobuf.Any', typeUrl: url, value: bytes }
}

function pack(desc: DescMessage, fields: object): Buffer {
  const bytes = toBinary(desc, create(desc, fields as MessageInitShape<DescMessage>))
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
