import { replacePath } from '#kit/path-replacement.ts'
import type { ProxyFilter, RequestContext } from '#proxy'
import type { RequestRedirectNode } from './ir.ts'

export const requestRedirect: ProxyFilter<RequestRedirectNode> = {
  compile(node) {
    return {
      onRequest: (context) => ({
        status: node.status,
        fields: ['location', locate(node, context)],
        body: '',
        why: 'redirect',
      }),
    }
  },
}

const wellKnownPort = { http: 80, https: 443 } as const

function locate(node: RequestRedirectNode, context: RequestContext): string {
  const { original, client, matchedPath } = context
  const asked = original.path === '*' ? '/' : original.path
  const path = node.path ? replacePath(asked, matchedPath.value, node.path) : asked
  const host = node.hostname ?? hostOf(original.authority)
  // HTTP/1.0 without Host: only a path can be told, and one that begins with // or /\ would name a host to browsers.
  if (host === '') return path.replace(/^[/\\]+/, '/')

  const scheme = node.scheme ?? client.scheme
  const port = portOf(node, context)
  return `${scheme}://${host}${port === wellKnownPort[scheme] ? '' : `:${port}`}${path}`
}

/** HTTPRequestRedirectFilter.port: what is asked for, else that of a scheme asked for, else the listener's. */
function portOf(node: RequestRedirectNode, { client, head, listenerPort }: RequestContext): number {
  if (node.port !== undefined) return node.port
  if (node.scheme !== undefined) return wellKnownPort[node.scheme]
  // A trusted proxy in front speaks another scheme with the client, so our listener's port is none the client knows.
  return client.scheme === head.scheme ? listenerPort : wellKnownPort[client.scheme]
}

/** Without its port; an IPv6 address keeps its brackets. */
function hostOf(authority: string): string {
  return authority.replace(/:\d*$/, '')
}
