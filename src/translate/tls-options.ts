import { createSecureContext, getCiphers } from 'node:tls'
import type { ListenerTls } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'

/** What `tls.options` of a listener can set. */
export type TlsOptions = Pick<ListenerTls, 'minVersion' | 'ciphers'>

const domain = 'headgate.dev/'
const versions: Readonly<Record<string, TlsOptions['minVersion']>> = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' }

/**
 * Options of our own domain; a wrong one is refused, for it might have closed a hole. Those of other domains are meant for
 * other implementations (gateway_types.go, ListenerTLSConfig.options).
 */
export function translateTlsOptions(options: Readonly<Record<string, string>> = {}): Outcome<TlsOptions> {
  let found: TlsOptions = {}
  for (const [key, value] of Object.entries(options)) {
    if (!key.startsWith(domain)) continue
    const outcome = translateOption(key.slice(domain.length), value)
    if (!outcome.ok) return outcome
    found = { ...found, ...outcome.value }
  }
  return ok(found)
}

function translateOption(name: string, value: string): Outcome<TlsOptions> {
  switch (name) {
    case 'min-version': {
      const minVersion = versions[value]
      return minVersion ? ok({ minVersion }) : unsupported(`${domain}${name} is 1.2 or 1.3, not ${value}`)
    }
    case 'ciphers': {
      const unknown = value.split(':').filter((cipher) => !knownCiphers.has(cipher))
      if (unknown.length === 0 && works(value)) return ok({ ciphers: value })
      return unsupported(
        `${domain}${name} takes OpenSSL names parted by colons; no such: ${unknown.join(', ') || value}`,
      )
    }
    default:
      return unsupported(`tls.options ${domain}${name} is unknown; known: ${domain}min-version, ${domain}ciphers`)
  }
}

// OpenSSL passes over names that it does not know, as long as one is left.
const knownCiphers: ReadonlySet<string> = new Set(getCiphers().map((name) => name.toUpperCase()))

function works(ciphers: string): boolean {
  try {
    createSecureContext({ ciphers })
    return true
  } catch {
    return false
  }
}

function unsupported(message: string): Outcome<never> {
  return problem('UnsupportedValue', message)
}
