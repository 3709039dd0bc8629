import { type EnvoyFilter, type Message, typed } from '#envoy'
import type { AuthorizationNode, Condition } from './ir.ts'

/** Where Envoy's jwt_authn leaves the payload, by provider. */
const verifiedBy = 'envoy.filters.http.jwt_authn'

export const authorization: EnvoyFilter<AuthorizationNode> = {
  shared: typed('envoy.extensions.filters.http.rbac.v3.RBAC'),
  build: (node) => ({
    perRoute: typed('envoy.extensions.filters.http.rbac.v3.RBACPerRoute', {
      rbac: {
        rules: {
          action: 'ALLOW',
          policies: { rules: { permissions: [{ any: true }], principals: [whoMay(node)] } },
        },
      },
    }),
  }),
}

/**
 * Envoy's policies have no order. So: whoever meets a rule that allows and none before it that denies; and where others may, too,
 * whoever meets no rule that denies.
 */
function whoMay({ rules, otherwise }: AuthorizationNode): Message {
  const denied: Message[] = []
  const ways: Message[] = []
  for (const { action, conditions } of rules) {
    const met = allOf(conditions.map(buildCondition))
    if (action === 'deny') denied.push(met)
    else ways.push(denied.length > 0 ? allOf([met, not(anyOf([...denied]))]) : met)
  }
  if (otherwise === 'allow') ways.push(denied.length > 0 ? not(anyOf(denied)) : everybody)
  return ways.length > 0 ? anyOf(ways) : not(everybody)
}

const everybody: Message = { any: true }

function not(principal: Message): Message {
  return { not_id: principal }
}

function allOf(ids: readonly Message[]): Message {
  return ids.length === 1 ? ids[0]! : { and_ids: { ids } }
}

function anyOf(ids: readonly Message[]): Message {
  return ids.length === 1 ? ids[0]! : { or_ids: { ids } }
}

function buildCondition(condition: Condition): Message {
  switch (condition.kind) {
    case 'method':
      return header(':method', condition.anyOf)
    case 'header':
      return header(condition.name === 'host' ? ':authority' : condition.name, condition.anyOf)
    case 'path':
      return condition.invert ? not(buildPath(condition)) : buildPath(condition)
    case 'source':
      return anyOf(
        condition.anyOf.map((range) => ({ remote_ip: { address_prefix: range.address, prefix_len: range.length } })),
      )
    case 'claim': {
      const { provider, path, list, anyOf: values } = condition
      return anyOf(values.map((exact) => claim(provider, path, list, exact)))
    }
    case 'scope':
      // Both are lists there: jwt_authn splits them.
      return anyOf(['scope', 'scp'].map((name) => claim(condition.provider, [name], true, condition.scope)))
  }
}

function buildPath({ match, value }: Extract<Condition, { kind: 'path' }>): Message {
  if (match === 'exact') return path({ exact: value })
  if (match === 'regex') return path({ safe_regex: { regex: value } })
  return value === '/' ? path({ prefix: '/' }) : anyOf([path({ exact: value }), path({ prefix: `${value}/` })])
}

function path(match: Message): Message {
  return { url_path: { path: match } }
}

function header(name: string, values: readonly string[]): Message {
  return anyOf(values.map((exact) => ({ header: { name, string_match: { exact } } })))
}

function claim(provider: string, names: readonly string[], list: boolean, exact: string): Message {
  const text = { string_match: { exact } }
  return {
    sourced_metadata: {
      metadata_matcher: {
        filter: verifiedBy,
        path: [provider, ...names].map((key) => ({ key })),
        value: list ? { list_match: { one_of: text } } : text,
      },
    },
  }
}
