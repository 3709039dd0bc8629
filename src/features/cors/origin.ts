import type { OriginPattern } from './ir.ts'

const shape = /^([a-z][a-z0-9+.-]*):\/\/(\[[0-9a-f:.]+\]|[^/:?#@[\]\s]+)(?::(\d{1,5}))?$/

const usualPorts: Readonly<Record<string, number>> = { http: 80, https: 443 }

/** An Origin field or an entry of allowOrigins. Gateway API: without a port it is that of the scheme. */
export function parseOrigin(text: string): OriginPattern | undefined {
  const [, scheme, host, port] = shape.exec(text.toLowerCase()) ?? []
  if (host === undefined) return undefined
  return { scheme: scheme!, host, port: Number(port ?? usualPorts[scheme!] ?? 0) }
}

/** One predicate for all patterns; the star is greedy to the left, over any number of labels, never over none. */
export function compileOrigins(patterns: readonly OriginPattern[]): (origin: string) => boolean {
  const exact = new Set<string>()
  const suffixes: OriginPattern[] = []
  for (const pattern of patterns) {
    if (pattern.host.startsWith('*')) suffixes.push({ ...pattern, host: pattern.host.slice(1) })
    else exact.add(`${pattern.scheme}://${pattern.host}:${pattern.port}`)
  }
  return (text) => {
    const origin = parseOrigin(text)
    if (origin === undefined) return false
    if (exact.has(`${origin.scheme}://${origin.host}:${origin.port}`)) return true
    return suffixes.some(
      ({ scheme, host, port }) =>
        scheme === origin.scheme &&
        port === origin.port &&
        origin.host.length > host.length &&
        origin.host.endsWith(host),
    )
  }
}
