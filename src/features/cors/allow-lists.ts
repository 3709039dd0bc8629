import type { CorsNode, OriginPattern } from './ir.ts'
import { parseOrigin } from './origin.ts'

/** The lists that a filter and a policy both have, as they are written. */
export interface WrittenLists {
  readonly allowOrigins?: readonly string[]
  readonly allowMethods?: readonly string[]
  readonly allowHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
}

export interface WrongEntry {
  /** `allowOrigins[1]` */
  readonly place: string
  readonly message: string
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export function translateLists(written: WrittenLists): {
  readonly lists: Pick<CorsNode, 'origins' | 'anyOrigin' | 'methods' | 'headers' | 'exposed'>
  readonly wrong: readonly WrongEntry[]
} {
  const wrong: WrongEntry[] = []
  const { allowOrigins = [] } = written
  const origins: OriginPattern[] = []
  for (const [i, text] of allowOrigins.entries()) {
    if (text === '*') continue
    const origin = parseOrigin(text)
    if (origin && origin.host.lastIndexOf('*') <= 0) origins.push(origin)
    else {
      const message = `"${text}" is no origin; write https://www.example.com, https://*.example.com or *`
      wrong.push({ place: `allowOrigins[${i}]`, message })
    }
  }
  const tokens = (field: 'allowMethods' | 'allowHeaders' | 'exposeHeaders'): readonly string[] => {
    const list = written[field] ?? []
    for (const [i, text] of list.entries())
      if (!token.test(text)) wrong.push({ place: `${field}[${i}]`, message: `"${text}" is not a name` })
    return list.includes('*') ? ['*'] : list
  }
  const lists = {
    origins,
    anyOrigin: allowOrigins.includes('*'),
    methods: tokens('allowMethods'),
    headers: tokens('allowHeaders'),
    exposed: tokens('exposeHeaders'),
  }
  return { lists, wrong }
}
