import type { UpstreamTls } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { BackendKind } from '../backend-ref.ts'

/** A host that a policy names by URL rather than by reference. No backendRef can mean it: it has no group. */
export interface Site {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
}

const wellKnownPort = { http: 80, https: 443 } as const

/** @returns undefined for what is no URL of HTTP, or one with credentials, which would end up in logs */
export function parseSite(url: string): Site | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port, username, password } = new URL(url)
  const scheme = protocol === 'https:' ? 'https' : protocol === 'http:' ? 'http' : undefined
  if (!scheme || hostname === '' || username !== '' || password !== '') return undefined
  return { scheme, host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? wellKnownPort[scheme] : Number(port) }
}

/** Certificates are verified against the platform's authorities, as a browser would. */
export function siteKind(scheme: Site['scheme']): BackendKind {
  return {
    group: '',
    kind: 'URL',
    describe(_reader, { name, port }) {
      const tls: UpstreamTls = { hostname: name, trust: { kind: 'system' }, subjectAltNames: [] }
      return ok({ port: port!, protocol: 'http1', ...(scheme === 'https' && { tls }) })
    },
    endpoints(_reader, { name, port }) {
      const isAddress = name.includes(':') || /^\d+(\.\d+){3}$/.test(name)
      return [isAddress ? { kind: 'ip', address: name, port: port! } : { kind: 'dns', host: name, port: port! }]
    },
  }
}
