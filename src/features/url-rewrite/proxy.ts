import { replacePath } from '#kit/path-replacement.ts'
import { compileReplacement, type RegexReplacement, type RegexSubstitution } from '#kit/regex-replacement.ts'
import { type ProxyFilter, plainReply, type RequestContext, requestField } from '#proxy'
import type { HostSource, UrlRewriteNode } from './ir.ts'

/** RFC 9110 7.2: a host and perhaps a port, so that nothing else can be slipped in with it. */
const authority = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=%]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

export const urlRewrite: ProxyFilter<UrlRewriteNode> = {
  compile({ hostname, hostFrom, path, pathBy }) {
    const findHost = hostFrom && compileHost(hostFrom)
    const replace = pathBy && compile(pathBy)
    return {
      onRequest(context) {
        const { head, original, matchedPath } = context
        if (hostname !== undefined) head.authority = hostname
        if (findHost) {
          const host = findHost(context)
          if (!authority.test(host)) return plainReply(400, 'no host can be made of the request')
          head.authority = host
        }
        // From the path that was matched, so that a rewrite at a backendRef replaces the rule's instead of adding to it.
        if (path !== undefined) head.path = replacePath(original.path, matchedPath.value, path)
        if (replace) {
          const { path: before, query } = splitTarget(original.path)
          const after = replace(before)
          if (after === undefined) return plainReply(400, 'the path is too long to be rewritten')
          head.path = (after.startsWith('/') ? after : `/${after}`) + query
        }
        return undefined
      },
    }
  },
}

function compileHost(source: HostSource): (context: RequestContext) => string {
  switch (source.kind) {
    case 'field':
      return (context) => requestField(context, source.name) || context.head.authority
    case 'endpoint':
      return (context) => {
        context.hostOfEndpoint = true
        return context.head.authority
      }
    case 'path': {
      const replace = compile(source.by)
      return ({ original }) => replace(splitTarget(original.path).path) ?? ''
    }
  }
}

/** The translation has compiled it before. */
function compile(by: RegexSubstitution): RegexReplacement {
  const replacement = compileReplacement(by)
  if (!replacement.ok) throw new Error(replacement.problems[0]!.message)
  return replacement.value
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?')
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark) }
}
