import { type EnvoyFilter, type Message, replacePathByRegex } from '#envoy'
import type { RequestRedirectNode } from './ir.ts'

const wellKnownPort = { http: 80, https: 443 } as const

const codes = {
  301: 'MOVED_PERMANENTLY',
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
} as const

export const requestRedirect: EnvoyFilter<RequestRedirectNode> = {
  build(node, { listener, match }) {
    const { scheme, hostname, path, status } = node
    const spoken = scheme ?? (listener.protocol === 'http' ? 'http' : 'https')
    const port = node.port ?? (scheme ? wellKnownPort[scheme] : listener.port)
    const redirect: Message = {
      response_code: codes[status],
      ...(scheme && { scheme_redirect: scheme }),
      ...(hostname !== undefined && { host_redirect: hostname }),
      // A well-known port is left out (HTTPRequestRedirectFilter.port).
      ...(port !== wellKnownPort[spoken] && { port_redirect: port }),
      ...(path?.kind === 'full' && { path_redirect: path.value }),
      ...(path?.kind === 'prefix' && { regex_rewrite: replacePathByRegex(match.path, path) }),
    }
    const answer = { redirect }
    if (hostname !== undefined || redirect.port_redirect !== undefined) return { answer }
    // Envoy would keep the port of the Host field, which is the client's way here and not where it is sent.
    return { answer: [{ when: [hostWithPort], redirect: { ...redirect, port_redirect: port } }, answer] }
  },
}

const hostWithPort: Message = { name: ':authority', string_match: { safe_regex: { regex: '.*:[0-9]+' } } }
