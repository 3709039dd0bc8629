/** What a field is to the codec. Known once per table entry, so that an indexed field costs no look at its text. */
export const ROLE = {
  invalid: 0,
  regular: 1,
  method: 2,
  scheme: 3,
  authority: 4,
  path: 5,
  protocol: 6,
  status: 7,
  contentLength: 8,
  host: 9,
  cookie: 10,
  te: 11,
  expect: 12,
  /** Names a hop and its rules; meaningless behind it, so it goes no further. */
  ofTheHop: 13,
} as const

export const LAST_PSEUDO_ROLE = ROLE.status

const roles: ReadonlyMap<string, number> = new Map([
  [':method', ROLE.method],
  [':scheme', ROLE.scheme],
  [':authority', ROLE.authority],
  [':path', ROLE.path],
  [':protocol', ROLE.protocol],
  [':status', ROLE.status],
  ['content-length', ROLE.contentLength],
  ['host', ROLE.host],
  ['cookie', ROLE.cookie],
  ['te', ROLE.te],
  ['expect', ROLE.expect],
  ['trailer', ROLE.ofTheHop],
  ['http2-settings', ROLE.ofTheHop],
  // RFC 9113 8.2.2: connection-specific fields make a message malformed.
  ['connection', ROLE.invalid],
  ['keep-alive', ROLE.invalid],
  ['proxy-connection', ROLE.invalid],
  ['transfer-encoding', ROLE.invalid],
  ['upgrade', ROLE.invalid],
])

/** A field line as the tables of HPACK hold it. */
export class HeaderField {
  readonly name: string
  readonly value: string
  readonly role: number

  constructor(name: string, value: string) {
    this.name = name
    this.value = value
    this.role = isFieldValue(value)
      ? (roles.get(name) ?? (isFieldName(name) ? ROLE.regular : ROLE.invalid))
      : ROLE.invalid
  }

  /** RFC 7541 4.1. */
  get size(): number {
    return this.name.length + this.value.length + 32
  }
}

/** 1 for the octets of a lower-case token (RFC 9110 5.6.2, RFC 9113 8.2.1). */
const NAME_OCTETS = new Uint8Array(256)
for (const octet of Buffer.from("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz", 'latin1')) NAME_OCTETS[octet] = 1

export function isFieldName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (NAME_OCTETS[name.charCodeAt(i)] !== 1) return false
  }
  return name.length > 0
}

/** RFC 9110 5.5 and RFC 9113 8.2.1: no control octets but HTAB inside, no whitespace at the ends. */
export function isFieldValue(value: string): boolean {
  const length = value.length
  for (let i = 0; i < length; i++) {
    const c = value.charCodeAt(i)
    if ((c < 0x20 && c !== 9) || c === 0x7f || c > 0xff) return false
  }
  return length === 0 || !(isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(length - 1)))
}

function isBlank(c: number): boolean {
  return c === 0x20 || c === 9
}
