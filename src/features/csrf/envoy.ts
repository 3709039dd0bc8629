import { type EnvoyFilter, type Message, typed } from '#envoy'
import type { CsrfNode } from './ir.ts'

export const csrf: EnvoyFilter<CsrfNode> = {
  shared: typed('envoy.extensions.filters.http.csrf.v3.CsrfPolicy', { filter_enabled: percent(0) }),
  build: ({ any, origins, passed: { numerator, denominator } }) => ({
    perRoute: typed('envoy.extensions.filters.http.csrf.v3.CsrfPolicy', {
      filter_enabled: percent(1 - numerator / denominator),
      additional_origins: any ? [{ safe_regex: { regex: '.*' } }] : origins.map(buildOrigin),
    }),
  }),
}

function percent(part: number): Message {
  return { default_value: { numerator: Math.round(part * 1_000_000), denominator: 'MILLION' } }
}

function buildOrigin(host: string): Message {
  if (!host.startsWith('*')) return { exact: host, ignore_case: true }
  const literal = host.slice(1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return { safe_regex: { regex: `(?i)[a-z0-9._-]+${literal}` } }
}
