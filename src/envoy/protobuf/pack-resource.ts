import { createHash } from 'node:crypto'
import { fromJson, type JsonValue, type Message as ProtoMessage, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import { kindsOfResources, type ResourceKind, resourceName, typeUrl } from '../envoy-resources.ts'
import type { Message } from '../message.ts'
import { findMistake, type Mistake } from './find-mistake.ts'
import { findViolation } from './find-violation.ts'
import { envoyRegistry, messageOf } from './registry.ts'

/** A resource as it travels. */
export interface PackedResource {
  readonly name: string
  readonly typeUrl: string
  readonly bytes: Uint8Array
  /** Made from the bytes: equal resources, equal versions, in every process. */
  readonly version: string
}

const packed = new WeakMap<Message, Outcome<PackedResource>>()

/** Checks a resource against the descriptors and rules of Envoy's API and packs it. The same object is packed once. */
export function packResource(kind: ResourceKind, resource: Message): Outcome<PackedResource> {
  const known = packed.get(resource)
  if (known) return known
  const made = pack(kind, resource)
  packed.set(resource, made)
  return made
}

function pack(kind: ResourceKind, resource: Message): Outcome<PackedResource> {
  const name = resourceName(kind, resource)
  const { type } = kindsOfResources[kind]
  const { routes } = resource
  const bytes = kind === 'virtualHost' && isList(routes) ? encodeVirtualHost(resource, routes) : encode(type, resource)
  if (!(bytes instanceof Uint8Array)) return refuse(kind, name, bytes)
  const version = createHash('sha256').update(bytes).digest('base64url').slice(0, 16)
  return ok({ name, typeUrl: typeUrl(kind), bytes, version })
}

function encode(type: string, json: Message): Uint8Array | Mistake {
  const desc = messageOf(type)
  let message: ProtoMessage
  try {
    message = fromJson(desc, json as JsonValue, { registry: envoyRegistry() })
  } catch (error) {
    return findMistake(desc, json) ?? { path: '', message: error instanceof Error ? error.message : `${error}` }
  }
  return findViolation(desc, json) ?? toBinary(desc, message)
}

const routeType = 'envoy.config.route.v3.Route'
/** Number of the field VirtualHost.routes. */
const routesField = 3
const encodedRoutes = new WeakMap<Message, Uint8Array>()

/**
 * A host may have thousands of routes, of which one changes: each is encoded once. Pieces of a message that follow one another
 * are one message, lists joined (Protobuf's encoding, "Last One Wins").
 */
function encodeVirtualHost({ routes: _, ...host }: Message, routes: readonly Message[]): Uint8Array | Mistake {
  const head = encode(kindsOfResources.virtualHost.type, host)
  if (!(head instanceof Uint8Array)) return head
  const writer = new BinaryWriter().raw(head)
  for (const [i, route] of routes.entries()) {
    const bytes = encodedRoutes.get(route) ?? encode(routeType, route)
    if (!(bytes instanceof Uint8Array)) return { ...bytes, path: `routes[${i}]${bytes.path && `.${bytes.path}`}` }
    encodedRoutes.set(route, bytes)
    writer.tag(routesField, WireType.LengthDelimited).bytes(bytes)
  }
  return writer.finish()
}

function isList(value: unknown): value is readonly Message[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null)
}

function refuse(kind: ResourceKind, name: string, { path, message }: Mistake): Outcome<never> {
  return problem('InvalidEnvoyResource', `${kind} ${name}: ${path === '' ? '' : `${path}: `}${message}`, path)
}
