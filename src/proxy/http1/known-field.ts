import { TOKEN } from './characters.ts'

/** What the codec itself does with a field. */
export const PLAIN = 0
export const HOST = 1
export const CONTENT_LENGTH = 2
export const TRANSFER_ENCODING = 3
export const CONNECTION = 4
export const UPGRADE = 5
export const EXPECT = 6
export const TE = 7
/** Hop-by-hop and of no use to us: dropped (RFC 9110 7.6.1, RFC 9113 3.1 for HTTP2-Settings). */
export const HOP = 8
export const KEEP_ALIVE = 9

/** A field name that is met often: looked up by its bytes, so that no text is made for it. */
export interface KnownField {
  readonly name: string
  readonly kind: number
  readonly bytes: Uint8Array
}

const OWNED: Record<string, number> = {
  host: HOST,
  'content-length': CONTENT_LENGTH,
  'transfer-encoding': TRANSFER_ENCODING,
  connection: CONNECTION,
  upgrade: UPGRADE,
  expect: EXPECT,
  te: TE,
  'keep-alive': KEEP_ALIVE,
  'proxy-connection': HOP,
  trailer: HOP,
  'http2-settings': HOP,
}

const COMMON = `accept accept-charset accept-encoding accept-language accept-ranges access-control-allow-credentials
  access-control-allow-headers access-control-allow-methods access-control-allow-origin access-control-expose-headers
  access-control-max-age access-control-request-headers access-control-request-method age allow alt-svc authorization
  cache-control content-disposition content-encoding content-language content-location content-range
  content-security-policy content-type cookie cross-origin-opener-policy date dnt etag expires forwarded from
  grpc-encoding grpc-accept-encoding grpc-message grpc-status grpc-timeout if-match if-modified-since if-none-match
  if-range if-unmodified-since last-event-id last-modified link location max-forwards origin pragma
  proxy-authenticate proxy-authorization range referer referrer-policy retry-after sec-ch-ua sec-ch-ua-mobile
  sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-websocket-accept
  sec-websocket-extensions sec-websocket-key sec-websocket-protocol sec-websocket-version server server-timing
  set-cookie strict-transport-security timing-allow-origin traceparent tracestate upgrade-insecure-requests
  user-agent vary via www-authenticate x-content-type-options x-correlation-id x-forwarded-for x-forwarded-host
  x-forwarded-port x-forwarded-proto x-frame-options x-powered-by x-real-ip x-request-id x-requested-with`

const SIZE = 1024
const table: (KnownField | undefined)[] = new Array(SIZE).fill(undefined)

for (const name of [...Object.keys(OWNED), ...COMMON.split(/\s+/)]) {
  const bytes = Uint8Array.from(Buffer.from(name, 'latin1'))
  let hash = 0
  for (const byte of bytes) hash = nextHash(hash, byte)
  let slot = hash & (SIZE - 1)
  while (table[slot] !== undefined) slot = (slot + 1) & (SIZE - 1)
  table[slot] = { name, kind: OWNED[name] ?? PLAIN, bytes }
}

/** The hash of a name, a lower-case byte at a time. */
export function nextHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0
}

/** Finds the known field whose name is spelled, in any case, by the token bytes [start, end) with this hash. */
export function findKnownField(hash: number, buffer: Uint8Array, start: number, end: number): KnownField | undefined {
  let slot = hash & (SIZE - 1)
  for (;;) {
    const known = table[slot]
    if (known === undefined) return undefined
    if (isSpelled(known.bytes, buffer, start, end)) return known
    slot = (slot + 1) & (SIZE - 1)
  }
}

/** What the codec does with a field of this (lower-case) name. */
export function kindOfField(name: string): number {
  return Object.hasOwn(OWNED, name) ? OWNED[name]! : PLAIN
}

function isSpelled(name: Uint8Array, buffer: Uint8Array, start: number, end: number): boolean {
  const length = name.length
  if (length !== end - start) return false
  for (let i = 0; i < length; i++) if (TOKEN[buffer[start + i]!] !== name[i]) return false
  return true
}
