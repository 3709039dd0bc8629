import { type EnvoyFilter, replacePathByRegex } from '#envoy'
import type { UrlRewriteNode } from './ir.ts'

export const urlRewrite: EnvoyFilter<UrlRewriteNode> = {
  build: ({ hostname, path }, { match }) => ({
    action: {
      ...(hostname !== undefined && { host_rewrite_literal: hostname }),
      ...(path && { regex_rewrite: replacePathByRegex(match.path, path) }),
    },
  }),
}
