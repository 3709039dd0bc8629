import { parseMessage, type WireField } from './protobuf.ts'
import type { FieldChange } from './verdict.ts'

/** envoy.service.auth.v3.CheckResponse, as far as we follow it. */
export interface CheckResponse {
  /** google.rpc.Status.code; undefined: the message has no status. */
  readonly code: number | undefined
  readonly ok?: {
    readonly headers: readonly HeaderOption[]
    readonly headersToRemove: readonly string[]
    readonly responseHeaders: readonly HeaderOption[]
  }
  readonly denied?: {
    /** 0: not said. */
    readonly status: number
    readonly headers: readonly HeaderOption[]
    readonly body: Uint8Array
  }
}

/** A HeaderValueOption; names lower case, values one character per byte. */
export type HeaderOption = Exclude<FieldChange, { readonly kind: 'remove' }>

/** Undefined when the bytes are no such message. */
export function parseCheckResponse(bytes: Uint8Array): CheckResponse | undefined {
  try {
    const fields = parse(bytes)
    const status = last(fields, 1)
    const denied = last(fields, 2)
    const ok = last(fields, 3)
    return {
      code: status && integer(parse(status), 1),
      ...(denied ? { denied: parseDenied(parse(denied)) } : {}),
      ...(ok ? { ok: parseOk(parse(ok)) } : {}),
    }
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined
    throw error
  }
}

class MalformedMessage extends Error {}

function parse(bytes: Uint8Array): WireField[] {
  const fields = parseMessage(bytes)
  if (!fields) throw new MalformedMessage()
  return fields
}

function parseDenied(fields: readonly WireField[]): NonNullable<CheckResponse['denied']> {
  const status = last(fields, 1)
  return {
    status: status ? integer(parse(status), 1) : 0,
    headers: all(fields, 2).map(parseOption),
    body: last(fields, 3) ?? new Uint8Array(0),
  }
}

function parseOk(fields: readonly WireField[]): NonNullable<CheckResponse['ok']> {
  return {
    headers: all(fields, 2).map(parseOption),
    headersToRemove: all(fields, 5).map((name) => latin1(name).toLowerCase()),
    responseHeaders: all(fields, 6).map(parseOption),
  }
}

// HeaderValueOption.append_action; 0 (append) can't be told from no word at all, see below.
const actions: Readonly<Record<number, HeaderOption['kind']>> = { 1: 'addIfAbsent', 2: 'set', 3: 'setIfPresent' }

/**
 * Without a word the value replaces what is there: so the messages of ext_authz define it, and it is the safe reading, as a
 * client may have sent the same name. `append: true` adds.
 */
function parseOption(bytes: Uint8Array): HeaderOption {
  const fields = parse(bytes)
  const header = parse(last(fields, 1) ?? new Uint8Array(0))
  const append = last(fields, 2)
  const value = last(header, 2) ?? last(header, 3)
  return {
    kind: append ? (integer(parse(append), 1) ? 'add' : 'set') : (actions[integer(fields, 3)] ?? 'set'),
    name: latin1(last(header, 1) ?? new Uint8Array(0)).toLowerCase(),
    value: value ? latin1(value) : '',
  }
}

function all(fields: readonly WireField[], number: number): Uint8Array[] {
  return fields
    .filter((field) => field.number === number)
    .map(({ value }) => {
      if (typeof value === 'number') throw new MalformedMessage()
      return value
    })
}

/** Of a field that is there more than once the last counts. */
function last(fields: readonly WireField[], number: number): Uint8Array | undefined {
  return all(fields, number).at(-1)
}

function integer(fields: readonly WireField[], number: number): number {
  const value = fields.findLast((field) => field.number === number)?.value ?? 0
  if (typeof value !== 'number') throw new MalformedMessage()
  return value
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
