import { createHash } from 'node:crypto'
import { fromJson, type JsonValue, type Message as ProtoMessage, toBinary } from '@bufbuild/protobuf'
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
  const desc = messageOf(kindsOfResources[kind].type)
  let message: ProtoMessage
  try {
    message = fromJson(desc, resource as JsonValue, { registry: envoyRegistry() })
  } catch (error) {
    const found = findMistake(desc, resource) ?? {
      path: '',
      message: error instanceof Error ? error.message : `${error}`,
    }
    return refuse(kind, name, found)
  }
  const violation = findViolation(desc, resource)
  if (violation) return refuse(kind, name, violation)
  const bytes = toBinary(desc, message)
  const version = createHash('sha256').update(bytes).digest('base64url').slice(0, 16)
  return ok({ name, typeUrl: typeUrl(kind), bytes, version })
}

function refuse(kind: ResourceKind, name: string, { path, message }: Mistake): Outcome<never> {
  return problem('InvalidEnvoyResource', `${kind} ${name}: ${path === '' ? '' : `${path}: `}${message}`, path)
}
