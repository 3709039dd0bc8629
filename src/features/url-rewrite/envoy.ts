import { type EnvoyFilter, type Message, replacePathByRegex } from '#envoy'
import type { RegexSubstitution } from '#kit/regex-replacement.ts'
import type { HostSource, UrlRewriteNode } from './ir.ts'

export const urlRewrite: EnvoyFilter<UrlRewriteNode> = {
  build: ({ hostname, hostFrom, path, pathBy }, { match }) => ({
    action: {
      ...(hostname !== undefined && { host_rewrite_literal: hostname }),
      ...(hostFrom && buildHost(hostFrom)),
      ...(path && { regex_rewrite: replacePathByRegex(match.path, path) }),
      ...(pathBy && { regex_rewrite: substitute(pathBy) }),
    },
  }),
}

function buildHost(source: HostSource): Message {
  switch (source.kind) {
    case 'field':
      return { host_rewrite_header: source.name }
    case 'endpoint':
      return { auto_host_rewrite: true }
    case 'path':
      return { host_rewrite_path_regex: substitute(source.by) }
  }
}

function substitute({ pattern, substitution }: RegexSubstitution): Message {
  return { pattern: { regex: pattern }, substitution }
}
