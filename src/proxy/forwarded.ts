import { isIP } from 'node:net'
import type { Cidr, ClientSettings } from '#ir'
import { compileRanges } from './address-ranges.ts'
import { certificateFieldName, writeCertificateField } from './certificate-field.ts'
import { type Fields, getField, joinField, removeField, setField } from './message.ts'
import type { ConnectionInfo } from './stream.ts'

/** Who the client is, seen through the trusted proxies in front of us. */
export interface ClientView {
  readonly scheme: 'http' | 'https'
  readonly address: string
}

/** What a listener says about who the client is. */
export type Trust = Pick<ClientSettings, 'trustedHops' | 'addressFrom' | 'keepForwardedFor' | 'certificateField'>

/**
 * The client as trusted proxies report it. Else, or when the list is shorter than it should be, it is the peer: a client can put
 * anything into X-Forwarded-For, but not at the places that our own proxies fill.
 */
export function viewClient(connection: ConnectionInfo, fields: Fields, trust: Trust): ClientView {
  const scheme = connection.tls ? 'https' : 'http'
  const { addressFrom, trustedHops } = trust
  if (addressFrom?.kind === 'field') {
    const address = getField(fields, addressFrom.name)?.trim() ?? ''
    return { scheme, address: isIP(address) > 0 ? address : connection.remoteAddress }
  }
  if (!believes(connection, trust)) return { scheme, address: connection.remoteAddress }
  const entries = joinField(fields, 'x-forwarded-for')?.split(',') ?? []
  const address = addressFrom ? lastStranger(entries, addressFrom.cidrs) : entries[entries.length - trustedHops]?.trim()
  const proto = joinField(fields, 'x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase()
  return {
    scheme: proto === 'http' || proto === 'https' ? proto : scheme,
    // Some proxies write `unknown` where they know no address: that must not slip through rules about addresses.
    address: address !== undefined && isIP(address) > 0 ? address : connection.remoteAddress,
  }
}

/** Whether the client's address can be told, where the listener insists on it. */
export function isAddressKnown(fields: Fields, { addressFrom }: Trust): boolean {
  if (addressFrom?.kind !== 'field' || !addressFrom.orRefuse) return true
  return isIP(getField(fields, addressFrom.name)?.trim() ?? '') > 0
}

/** What the peer says about others is true. */
function believes({ remoteAddress }: ConnectionInfo, { trustedHops, addressFrom }: Trust): boolean {
  if (addressFrom?.kind === 'cidrs') return isWithin(remoteAddress, addressFrom.cidrs)
  return trustedHops > 0
}

/** From the right, because that is where our own proxies write. What is no address cannot be trusted, nor can what stands before it. */
function lastStranger(entries: readonly string[], cidrs: readonly Cidr[]): string | undefined {
  let found: string | undefined
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!.trim()
    if (isIP(entry) === 0) return found
    found = entry
    if (!isWithin(entry, cidrs)) return found
  }
  return found
}

const networks = new WeakMap<readonly Cidr[], (address: string) => boolean>()

function isWithin(address: string, cidrs: readonly Cidr[]): boolean {
  let isIn = networks.get(cidrs)
  if (!isIn) {
    isIn = compileRanges(cidrs)
    networks.set(cidrs, isIn)
  }
  return isIn(address)
}

/** Writes X-Forwarded-For, -Proto and -Host for the backend. What an untrusted client sent of them is replaced. */
export function setForwarded(
  fields: Fields,
  connection: ConnectionInfo,
  client: ClientView,
  authority: string,
  trust: Trust,
): void {
  const { addressFrom, keepForwardedFor, certificateField } = trust
  if (certificateField) writeCertificateField(fields, connection, certificateField)
  if (believes(connection, trust)) {
    // Also behind proxies that we trust: whoever believes this field would believe the client.
    if (!certificateField) removeField(fields, certificateFieldName)
    const before = joinField(fields, 'x-forwarded-for')
    if (!keepForwardedFor)
      setField(fields, 'x-forwarded-for', before ? `${before}, ${connection.remoteAddress}` : connection.remoteAddress)
    setField(fields, 'x-forwarded-proto', client.scheme)
    if (joinField(fields, 'x-forwarded-host') === undefined) fields.push('x-forwarded-host', authority)
    return
  }
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    if (!((name.charCodeAt(0) === 120 && name.startsWith('x-forwarded-')) || name === 'forwarded')) continue
    for (const one of untrusted) removeField(fields, one)
    if (!certificateField) removeField(fields, certificateFieldName)
    break
  }
  const scheme = connection.tls ? 'https' : 'http'
  if (!keepForwardedFor) fields.push('x-forwarded-for', addressFrom ? client.address : connection.remoteAddress)
  fields.push('x-forwarded-proto', scheme, 'x-forwarded-host', authority)
}

const untrusted = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'forwarded']
