import type { ResponseHead } from '../message.ts'
import type { FieldSection } from './field-section.ts'

/** A response head from HTTP/2 (RFC 9113 8.3.2), or why the message is malformed. Status 1xx is an informational response. */
export function readResponseHead(section: FieldSection, end: boolean): ResponseHead | string {
  if (section.fault !== '') return section.fault
  const { status } = section
  if (
    status === undefined ||
    section.method !== undefined ||
    section.path !== undefined ||
    section.scheme !== undefined
  )
    return 'pseudo-header fields missing or out of place'
  if (section.authority !== undefined || section.protocol !== undefined) return 'pseudo-header fields of a request'
  // RFC 9113 8.6: 101 does not exist in HTTP/2.
  if (!/^[1-5][0-9][0-9]$/.test(status) || status === '101') return 'malformed status'
  if (end && status.charCodeAt(0) === 0x31) return 'an informational response that ends the stream'
  const contentLength = end && section.contentLength < 0 ? 0 : section.contentLength
  return { status: Number(status), fields: section.fields, contentLength }
}
