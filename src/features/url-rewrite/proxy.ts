import { replacePath } from '#kit/path-replacement.ts'
import type { ProxyFilter } from '#proxy'
import type { UrlRewriteNode } from './ir.ts'

export const urlRewrite: ProxyFilter<UrlRewriteNode> = {
  compile({ hostname, path }) {
    return {
      onRequest({ head, original, matchedPath }) {
        if (hostname !== undefined) head.authority = hostname
        // From the path that was matched, so that a rewrite at a backendRef replaces the rule's instead of adding to it.
        if (path !== undefined) head.path = replacePath(original.path, matchedPath.value, path)
        return undefined
      },
    }
  },
}
