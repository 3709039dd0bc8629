import { STATUS_CODES } from 'node:http'
import type { Fields, RequestHead } from '../message.ts'
import { isAuthority } from './authority.ts'
import { isTarget, isToken } from './characters.ts'
import { isTrailerName } from './chunked-decoder.ts'
import { respell, type Spelling } from './spelling.ts'

/**
 * Writing heads so that they can't be split: whatever filters made of the fields, a text with the wrong number of lines or
 * a forbidden character is never sent. Each function returns undefined instead.
 */

/** @param framing complete lines, made by the codec itself */
export function serialiseRequest(head: RequestHead, framing: string): string | undefined {
  const { method, authority, path } = head
  if (method !== 'GET' && !isToken(method)) return undefined
  if (!isTarget(path) || (authority !== '' && !isAuthority(authority))) return undefined
  const fields = serialiseFields(head.fields)
  if (fields === undefined) return undefined
  const text = `${method} ${path} HTTP/1.1\r\nhost: ${authority}\r\n${fields}${framing}\r\n`
  return head.spelling ? respell(text, head.spelling) : text
}

/** @param framing complete lines, made by the codec itself */
export function serialiseResponse(
  status: number,
  fields: Fields,
  framing: string,
  spelling?: Spelling,
): string | undefined {
  const line = STATUS_LINES[status]
  if (line === undefined) return undefined
  const lines = serialiseFields(fields)
  if (lines === undefined) return undefined
  const text = `${line}${lines}${framing}\r\n`
  return spelling ? respell(text, spelling) : text
}

/** The end of a chunked body. */
export function serialiseLastChunk(trailers: Fields | null): string | undefined {
  if (trailers === null || trailers.length === 0) return '0\r\n\r\n'
  const allowed: Fields = []
  for (let i = 0; i < trailers.length; i += 2) {
    if (isTrailerName(trailers[i]!)) allowed.push(trailers[i]!, trailers[i + 1]!)
  }
  const lines = serialiseFields(allowed)
  return lines === undefined ? undefined : `0\r\n${lines}\r\n`
}

function serialiseFields(fields: Fields): string | undefined {
  let text = ''
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`
  return linesPattern(fields.length >> 1).test(text) ? text : undefined
}

const FRAMING = '(?!(?:connection|content-length|host|transfer-encoding):)'
const LINE = `${FRAMING}[!#$%&'*+\\-.^_\`|~0-9a-z]+: [\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n`
const patterns: RegExp[] = []

/**
 * Exactly `count` well-formed lines: a value that holds a line break makes one too many. One native match over the whole
 * text is several times cheaper than a look at each name and value. The codec's own fields must not come from outside.
 */
function linesPattern(count: number): RegExp {
  const pattern = patterns[count]
  if (pattern !== undefined) return pattern
  const made = new RegExp(`^(?:${LINE}){${count}}$`)
  if (count < 1024) patterns[count] = made
  return made
}

/** By status, `HTTP/1.1 200 OK` with its CRLF. */
const STATUS_LINES: (string | undefined)[] = new Array(600).fill(undefined)
for (let status = 100; status < 600; status++) {
  STATUS_LINES[status] = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
}
