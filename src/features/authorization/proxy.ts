import { requestAttributes, type VerifiedClaims } from '#ir'
import { compileRegex } from '#kit/regex.ts'
import { compileRanges, type ProxyFilter, type Reply, type RequestContext } from '#proxy'
import type { AuthorizationNode, Condition } from './ir.ts'

type Test = (context: RequestContext) => boolean

export const authorization: ProxyFilter<AuthorizationNode> = {
  compile({ rules, otherwise }) {
    const compiled = rules.map(({ name, action, conditions }) => ({
      tests: conditions.map(compileCondition),
      reply: action === 'deny' ? refusal(name) : undefined,
    }))
    const last = otherwise === 'deny' ? refusal('no rule allows it') : undefined
    return {
      onRequest(context) {
        for (const { tests, reply } of compiled) if (tests.every((test) => test(context))) return reply
        return last
      },
    }
  },
}

function refusal(why: string): Reply {
  return {
    status: 403,
    fields: ['content-type', 'text/plain'],
    body: 'RBAC: access denied',
    why: `authorization: ${why}`,
    told: 'RBAC: access denied',
  }
}

function compileCondition(condition: Condition): Test {
  switch (condition.kind) {
    case 'method': {
      const methods = new Set(condition.anyOf)
      return ({ original }) => methods.has(original.method)
    }
    case 'path': {
      const matches = compilePath(condition)
      const wanted = condition.invert !== true
      return ({ original: { path } }) => {
        const mark = path.indexOf('?')
        return matches(mark < 0 ? path : path.slice(0, mark)) === wanted
      }
    }
    case 'source': {
      const holds = compileRanges(condition.anyOf)
      return ({ client: { address } }) => holds(address)
    }
    case 'header': {
      const { name } = condition
      const values = new Set(condition.anyOf)
      if (name === 'host') return ({ head }) => values.has(head.authority)
      // Line by line: who is refused by name must not get in by saying it twice.
      return ({ head: { fields } }) =>
        fields.some((one, i) => i % 2 === 0 && one === name && values.has(fields[i + 1]!))
    }
    case 'claim': {
      const { provider, path, list } = condition
      const values = new Set<unknown>(condition.anyOf)
      return (context) => {
        const claim = readClaim(context, provider, path)
        if (list) return Array.isArray(claim) && claim.some((one) => values.has(one))
        return typeof claim === 'string' && values.has(claim)
      }
    }
    case 'scope': {
      const { provider, scope } = condition
      return (context) =>
        ['scope', 'scp'].some((name) => {
          const claim = readClaim(context, provider, [name])
          return typeof claim === 'string'
            ? claim.split(' ').includes(scope)
            : Array.isArray(claim) && claim.includes(scope)
        })
    }
  }
}

function compilePath({ match, value }: Extract<Condition, { kind: 'path' }>): (path: string) => boolean {
  if (match === 'exact') return (path) => path === value
  if (match === 'prefix') {
    const below = value === '/' ? '/' : `${value}/`
    return (path) => path === value || path.startsWith(below)
  }
  const regex = compileRegex(value)
  if (!regex.ok) throw new Error(regex.problems[0]!.message)
  return (path) => regex.value.test(path)
}

function readClaim({ state }: RequestContext, provider: string, path: readonly string[]): unknown {
  let value: unknown = (state[requestAttributes.claims] as VerifiedClaims | undefined)?.get(provider)
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}
