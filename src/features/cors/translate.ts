import { ok, type Problem } from '#kit/outcome.ts'
import type { FilterTranslator } from '#translate'
import type { CorsNode, OriginPattern } from './ir.ts'
import { parseOrigin } from './origin.ts'

interface CorsFilter {
  readonly cors?: {
    readonly allowOrigins?: readonly string[]
    readonly allowCredentials?: boolean
    readonly allowMethods?: readonly string[]
    readonly allowHeaders?: readonly string[]
    readonly exposeHeaders?: readonly string[]
    readonly maxAge?: number
  }
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export const cors = {
  type: 'CORS',
  translate({ cors: spec = {} }: CorsFilter, scope) {
    const problems: Problem[] = []
    const refuse = (field: string, i: number, message: string) =>
      problems.push({ reason: 'UnsupportedValue', message, path: `${scope.path}.cors.${field}[${i}]` })

    const written = spec.allowOrigins ?? []
    const origins: OriginPattern[] = []
    for (const [i, text] of written.entries()) {
      if (text === '*') continue
      const origin = parseOrigin(text)
      if (origin === undefined || origin.host.lastIndexOf('*') > 0) {
        refuse('allowOrigins', i, `"${text}" is no origin; write https://www.example.com, https://*.example.com or *`)
      } else origins.push(origin)
    }
    const tokens = (field: 'allowMethods' | 'allowHeaders' | 'exposeHeaders'): readonly string[] => {
      const list = spec[field] ?? []
      for (const [i, text] of list.entries()) if (!token.test(text)) refuse(field, i, `"${text}" is not a name`)
      return list.includes('*') ? ['*'] : list
    }
    const node: CorsNode = {
      kind: 'cors',
      origins,
      anyOrigin: written.includes('*'),
      credentials: spec.allowCredentials ?? false,
      methods: tokens('allowMethods'),
      headers: tokens('allowHeaders'),
      exposed: tokens('exposeHeaders'),
      maxAgeSeconds: spec.maxAge ?? 5,
    }
    return problems.length > 0 ? { ok: false, problems } : ok({ node })
  },
} satisfies FilterTranslator
