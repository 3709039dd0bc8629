import { getField, type ProxyFilter, type Reply } from '#proxy'
import { type CsrfNode, changing } from './ir.ts'

export const csrf: ProxyFilter<CsrfNode> = {
  compile({ any, origins, passed }, plane) {
    const exact = new Set(origins.filter((host) => !host.startsWith('*')))
    const suffixes = origins.filter((host) => host.startsWith('*')).map((host) => host.slice(1))
    const methods = new Set(changing)
    const isKnown = (source: string, target: string) =>
      source === target ||
      any ||
      exact.has(source) ||
      suffixes.some((suffix) => source.length > suffix.length && source.endsWith(suffix))
    return {
      onRequest({ head, original }) {
        if (!methods.has(original.method)) return undefined
        const source = hostOf(getField(head.fields, 'origin')) || hostOf(getField(head.fields, 'referer'))
        if (source !== '' && isKnown(source, original.authority.toLowerCase())) return undefined
        return plane.random() * passed.denominator < passed.numerator ? undefined : refused
      },
    }
  },
}

const refused: Reply = {
  status: 403,
  fields: ['content-type', 'text/plain'],
  // Envoy's words.
  body: 'Invalid origin',
  why: 'csrf: the page that asks is of another host',
  told: 'Invalid origin',
}

/** With its port, if one is written. */
function hostOf(url: string | undefined): string {
  if (!url) return ''
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#@\\]+)(?:[/?#]|$)/i.exec(url)?.[1]?.toLowerCase() ?? nobody
}

/** What is no URL: a sandboxed page says `null`. */
const nobody = 'null'
