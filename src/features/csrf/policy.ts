import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'
import type { CsrfNode } from './ir.ts'

interface Spec {
  readonly csrf: {
    readonly additionalOrigins?: readonly string[]
    readonly shadowFraction?: { readonly numerator: number; readonly denominator?: number }
  }
}

const originShape = /^[a-z][a-z0-9+.-]*:\/\/((?:\*|(?:\*\.)?[\w.-]+)(?::\d{1,5})?)$/

export const csrf = {
  kind: 'SecurityPolicy',
  fields: ['csrf'],
  notes: {
    'csrf.additionalOrigins': 'host and port count, the scheme does not',
    'csrf.shadowFraction': 'what passes is not counted apart',
  },
  translate({ csrf: { additionalOrigins = [], shadowFraction } }: Spec, scope) {
    const hosts: string[] = []
    for (const [i, text] of additionalOrigins.entries()) {
      if (text === '*') continue
      const host = originShape.exec(text.toLowerCase())?.[1]
      if (host === undefined)
        return scope.refuse(
          `csrf.additionalOrigins[${i}]`,
          `"${text}" is no origin; write https://www.example.com, https://*.example.com or *`,
        )
      hosts.push(host)
    }
    const { numerator = 0, denominator = 100 } = shadowFraction ?? {}
    if (numerator < 0 || denominator <= 0 || numerator > denominator)
      return scope.refuse('csrf.shadowFraction', `${numerator}/${denominator} is no part of a whole`)
    const node: CsrfNode = {
      kind: 'csrf',
      any: additionalOrigins.includes('*') || hosts.includes('*'),
      origins: hosts.filter((host) => host !== '*'),
      passed: { numerator, denominator },
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice
