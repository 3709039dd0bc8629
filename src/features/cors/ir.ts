/** Answers preflights and says which pages of other origins may read responses. */
export interface CorsNode {
  readonly kind: 'cors'
  /** Never empty together with `anyOrigin`. */
  readonly origins: readonly OriginPattern[]
  readonly anyOrigin: boolean
  readonly credentials: boolean
  /** As written; '*' alone stands for what the preflight asks for. */
  readonly methods: readonly string[]
  readonly headers: readonly string[]
  /** '*' alone: whatever the response has. */
  readonly exposed: readonly string[]
  readonly maxAgeSeconds: number
}

/** A scheme and host in lower case; the port of http and https always written out. */
export interface OriginPattern {
  /** `https`, or `moz-extension`. */
  readonly scheme: string
  /** `www.foo.com`, `*.foo.com` (any number of labels, at least one), or `*`. */
  readonly host: string
  /** 0: none, of a scheme that has no usual one. */
  readonly port: number
}

/** Fields that nobody else has a say in. */
export const ownedFields = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-expose-headers',
  'access-control-max-age',
]
