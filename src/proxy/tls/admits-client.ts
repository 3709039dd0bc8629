import { createHash, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ClientName, ClientValidation } from '#ir'
import { compileTextPattern } from '../text-pattern.ts'
import { type AlternativeName, alternativeNames } from './alternative-names.ts'

type Check = (certificate: X509Certificate) => boolean

/** Whether a client that has finished its handshake is let in: what OpenSSL was not asked, and what it was asked once more. */
export function admitsClient(socket: TLSSocket, validation: ClientValidation | undefined): boolean {
  if (!validation || validation.mode === 'insecure') return true
  const check = checkOf(validation)
  if (validation.mode === 'strict' && !check) return socket.authorized
  const certificate = socket.getPeerX509Certificate()
  if (!certificate) return validation.mode === 'ifGiven'
  if (validation.mode === 'any') return true
  return socket.authorized && (!check || check(certificate))
}

const compiled = new WeakMap<ClientValidation, Check | 'none'>()

function checkOf(validation: ClientValidation): Check | undefined {
  let check = compiled.get(validation)
  if (!check) {
    check = compile(validation) ?? 'none'
    compiled.set(validation, check)
  }
  return check === 'none' ? undefined : check
}

function compile({ pins, names }: ClientValidation): Check | undefined {
  const checks: Check[] = []
  if (pins) checks.push(compilePins(pins))
  if (names) checks.push(compileNames(names))
  return checks.length === 0 ? undefined : (certificate) => checks.every((check) => check(certificate))
}

/** One of them is enough, be it the key's or the certificate's. */
function compilePins(pins: NonNullable<ClientValidation['pins']>): Check {
  const [keys, certificates] = [new Set(pins.keys), new Set(pins.certificates)]
  return (certificate) =>
    (certificates.size > 0 && certificates.has(digestOf(certificate))) ||
    (keys.size > 0 &&
      keys.has(
        createHash('sha256')
          .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
          .digest('base64'),
      ))
}

/** SHA-256 of the whole certificate, in hexadecimal. */
export function digestOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase()
}

function compileNames(wanted: readonly ClientName[]): Check {
  const tests = wanted.map(compileName)
  return (certificate) => alternativeNames(certificate).some((name) => tests.some((test) => test(name)))
}

function compileName({ kind: of, match }: ClientName): (name: AlternativeName) => boolean {
  const host = match.value.toLowerCase()
  const isMeant =
    of === 'dns' && match.kind === 'exact'
      ? (text: string) => isHost(text.toLowerCase(), host)
      : compileTextPattern(match)
  return (name) => name.kind === of && isMeant(name.value)
}

/** RFC 6125 6.4.3: a wildcard of the certificate stands for exactly one label. */
function isHost(pattern: string, host: string): boolean {
  if (pattern === host) return true
  const dot = host.indexOf('.')
  return dot > 0 && pattern.startsWith('*.') && pattern.slice(1) === host.slice(dot)
}
