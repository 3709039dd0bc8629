import { type Fields, joinField, removeField, setField } from './message.ts'
import type { ConnectionInfo } from './stream.ts'

/** Who the client is, seen through the trusted proxies in front of us. */
export interface ClientView {
  readonly scheme: 'http' | 'https'
  readonly address: string
}

/**
 * The client as the trusted hops report it. With 0 hops, or when the list is shorter than it should be, it is the peer: a
 * client can put anything into X-Forwarded-For, but not at the places that our own proxies fill.
 */
export function viewClient(connection: ConnectionInfo, fields: Fields, trustedHops: number): ClientView {
  const scheme = connection.tls ? 'https' : 'http'
  if (trustedHops === 0) return { scheme, address: connection.remoteAddress }
  const entries = joinField(fields, 'x-forwarded-for')?.split(',') ?? []
  const address = entries[entries.length - trustedHops]?.trim()
  const proto = joinField(fields, 'x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase()
  return {
    scheme: proto === 'http' || proto === 'https' ? proto : scheme,
    address: address || connection.remoteAddress,
  }
}

/**
 * Which certificate a client showed is for us to say, and we do not: whoever believes this field would believe the client,
 * also behind proxies that we trust.
 */
const certificateField = 'x-forwarded-client-cert'

/** Writes X-Forwarded-For, -Proto and -Host for the backend. What an untrusted client sent of them is replaced. */
export function setForwarded(
  fields: Fields,
  connection: ConnectionInfo,
  client: ClientView,
  authority: string,
  trustedHops: number,
): void {
  if (trustedHops > 0) {
    removeField(fields, certificateField)
    const before = joinField(fields, 'x-forwarded-for')
    setField(fields, 'x-forwarded-for', before ? `${before}, ${connection.remoteAddress}` : connection.remoteAddress)
    setField(fields, 'x-forwarded-proto', client.scheme)
    if (joinField(fields, 'x-forwarded-host') === undefined) fields.push('x-forwarded-host', authority)
    return
  }
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    if (!((name.charCodeAt(0) === 120 && name.startsWith('x-forwarded-')) || name === 'forwarded')) continue
    removeUntrusted(fields)
    break
  }
  const scheme = connection.tls ? 'https' : 'http'
  fields.push('x-forwarded-for', connection.remoteAddress, 'x-forwarded-proto', scheme, 'x-forwarded-host', authority)
}

function removeUntrusted(fields: Fields): void {
  for (const name of untrusted) removeField(fields, name)
}

const untrusted = [
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  certificateField,
  'forwarded',
]
