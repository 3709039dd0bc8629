import type { Origin, PlaneRefusal } from '#ir'
import type { Collection, Item } from './collections.ts'
import { FeedError } from './frames.ts'
import type { Hashes } from './gateway-slice.ts'

/** Rises when old and new can't understand each other; new fields alone don't need it: unknown ones are passed over. */
export const protocolVersion = 1

/** What a proxy says may be this long; a token is the longest of it. */
export const longestFromProxy = 65_536
/** One item may be large: a Secret has up to a mebibyte, and its text more. */
export const longestFromServer = 16 * 1_048_576

/** More are not told: the first ones say enough, and a message has an end. */
export const mostRefusals = 40

/** A socket that could not be opened. */
export interface FailedSocket {
  readonly listener: string
  readonly address: string
  readonly why: string
  /** Not the port but what was to be served there. */
  readonly cause?: 'configuration'
}

/** Where in which history a proxy stands. Versions of another epoch say nothing, then hashes do. */
export interface Position {
  readonly epoch: string
  readonly version: number
  readonly hashes: Hashes
}

export type FromProxy =
  | {
      readonly kind: 'enrol'
      readonly protocol: number
      /** Name of the pod. */
      readonly proxy: string
      readonly token: string
      /** SubjectPublicKeyInfo, base64. */
      readonly publicKey: string
      /** Made with the private key over this connection's exported keying material, base64. */
      readonly proof: string
    }
  | {
      readonly kind: 'hello'
      readonly protocol: number
      /** What it serves now; absent: nothing. */
      readonly at?: Position
      /** No leader was found: whoever knows the cluster may stand in for a while. */
      readonly standIn?: boolean
    }
  | {
      readonly kind: 'ack'
      readonly version: number
      readonly failed: readonly FailedSocket[]
      readonly refused?: readonly PlaneRefusal[]
    }
  | { readonly kind: 'ping' }

export type Refusal =
  /** Another replica leads, or nobody yet: try the other addresses. */
  | 'not leader'
  /** The leader has not read the cluster yet, or has too much to do: later. */
  | 'not ready'
  /** The token or the certificate is not one of a proxy of a Gateway that we serve. */
  | 'denied'
  | 'protocol'

export type FromServer =
  | { readonly kind: 'enrolled'; readonly certificate: string; readonly trust: string }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly message: string }
  | { readonly kind: 'welcome'; readonly epoch: string; readonly trust: string; readonly heartbeatMs: number }
  /** The start of an update. @see ListChanges.whole */
  | { readonly kind: 'begin'; readonly whole: readonly Collection[] }
  | {
      readonly kind: 'items'
      readonly of: Collection
      readonly put: readonly Item[]
      readonly delete: readonly string[]
    }
  | { readonly kind: 'end'; readonly version: number; readonly hashes: Hashes }
  | { readonly kind: 'ping' }

/** Reads what a proxy says; throws a FeedError when it is not in the language. */
export function parseFromProxy(text: string): FromProxy {
  const message = parseObject(text)
  switch (message.kind) {
    case 'enrol':
      return {
        kind: 'enrol',
        protocol: numberIn(message, 'protocol'),
        proxy: textIn(message, 'proxy'),
        token: textIn(message, 'token'),
        publicKey: textIn(message, 'publicKey'),
        proof: textIn(message, 'proof'),
      }
    case 'hello': {
      const { at } = message
      const protocol = numberIn(message, 'protocol')
      const standIn = message.standIn === true && { standIn: true }
      return { kind: 'hello', protocol, ...(isObject(at) && { at: parsePosition(at) }), ...standIn }
    }
    case 'ack': {
      if (!Array.isArray(message.failed)) throw new FeedError('ack: failed must be a list')
      const failed = message.failed.map((one: unknown) => {
        if (!isObject(one)) throw new FeedError('ack: failed must hold objects')
        return {
          listener: textIn(one, 'listener'),
          address: textIn(one, 'address'),
          why: textIn(one, 'why'),
          ...(one.cause === 'configuration' && { cause: 'configuration' as const }),
        }
      })
      const refused = (Array.isArray(message.refused) ? message.refused : []).slice(0, mostRefusals).map(parseRefusal)
      return { kind: 'ack', version: numberIn(message, 'version'), failed, ...(refused.length > 0 && { refused }) }
    }
    case 'ping':
      return { kind: 'ping' }
    default:
      throw new FeedError('a message of no known kind')
  }
}

function parseRefusal(one: unknown): PlaneRefusal {
  if (!isObject(one)) throw new FeedError('ack: refused must hold objects')
  const { backend, route, listeners, hostname } = one
  return {
    resource: textIn(one, 'resource'),
    message: textIn(one, 'message'),
    ...(typeof backend === 'string' && { backend }),
    ...(isObject(route) && { route: parseOrigin(route) }),
    ...(Array.isArray(listeners) && { listeners: listeners.filter((key) => typeof key === 'string') }),
    ...(typeof hostname === 'string' && { hostname }),
  }
}

function parseOrigin(fields: Fields): Origin {
  return { kind: textIn(fields, 'kind'), namespace: textIn(fields, 'namespace'), name: textIn(fields, 'name') }
}

type Fields = Readonly<Record<string, unknown>>

function parsePosition(at: Fields): Position {
  if (!isObject(at.hashes)) throw new FeedError('hello: hashes must be an object')
  return { epoch: textIn(at, 'epoch'), version: numberIn(at, 'version'), hashes: at.hashes as unknown as Hashes }
}

function parseObject(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new FeedError('a message that is not JSON')
  }
  if (!isObject(value)) throw new FeedError('a message that is not an object')
  return value
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string') throw new FeedError(`${name} must be text`)
  return value
}

function numberIn(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new FeedError(`${name} must be a whole number`)
  return value
}
