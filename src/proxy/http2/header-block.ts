import type { Fields, RequestHead } from '../message.ts'
import type { HpackEncoder } from './hpack-encoder.ts'

/** Index of each :status that the static table has whole. */
const STATUS_INDEX: Readonly<Record<number, number>> = { 200: 8, 204: 9, 206: 10, 304: 11, 400: 12, 404: 13, 500: 14 }
/** What a field costs at most beside its text: an octet of pattern and two lengths of up to five. */
const FIELD_BYTES = 11
/** Size updates, pseudo-header fields beside their text, content-length and the like. */
const FIXED_BYTES = 160

/** Never less than the block of these fields takes. */
export function fieldsBound(fields: Fields): number {
  let bound = FIXED_BYTES
  for (let i = 0; i < fields.length; i++) bound += fields[i]!.length + FIELD_BYTES
  return bound
}

export function requestBound(head: RequestHead): number {
  return fieldsBound(head.fields) + head.method.length + head.authority.length + head.path.length + head.upgrade.length
}

// Each of these returns false when a field is not valid; the block must then be abandoned.

export function writeResponse(encoder: HpackEncoder, status: number, fields: Fields, contentLength: number): boolean {
  const index = STATUS_INDEX[status]
  if (index !== undefined) encoder.index(index)
  else if (!Number.isInteger(status) || status < 100 || status > 999 || !encoder.owned(8, '', String(status)))
    return false
  return writeFields(encoder, fields) && (contentLength < 0 || encoder.owned(28, '', String(contentLength)))
}

export function writeRequest(encoder: HpackEncoder, head: RequestHead, end: boolean): boolean {
  const { method } = head
  if (head.upgrade !== '') {
    if (!encoder.owned(2, '', 'CONNECT') || !encoder.owned(0, ':protocol', head.upgrade)) return false
  } else if (method === 'GET') encoder.index(2)
  else if (method === 'POST') encoder.index(3)
  else if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method) || !encoder.owned(2, '', method)) return false
  encoder.index(head.scheme === 'http' ? 6 : 7)
  if (!encoder.authority(head.authority)) return false
  if (head.path === '/') encoder.index(4)
  else if (!isVisible(head.path) || !encoder.path(head.path)) return false
  if (!writeFields(encoder, head.fields)) return false
  if (head.acceptsTrailers === true && !encoder.te()) return false
  if (head.expectContinue && !encoder.owned(35, '', '100-continue')) return false
  // A body of 0 octets is told only where a body is usual (RFC 9110 8.6).
  const told = head.upgrade === '' && (head.contentLength > 0 || (head.contentLength === 0 && wantsLength(method, end)))
  return !told || encoder.owned(28, '', String(head.contentLength))
}

export function writeFields(encoder: HpackEncoder, fields: Fields): boolean {
  for (let i = 0; i < fields.length; i += 2) if (!encoder.field(fields[i]!, fields[i + 1]!)) return false
  return true
}

function wantsLength(method: string, end: boolean): boolean {
  return !end || method === 'POST' || method === 'PUT' || method === 'PATCH'
}

function isVisible(path: string): boolean {
  return path.length > 0 && !/[^\x21-\x7e]/.test(path)
}
