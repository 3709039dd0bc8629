import { parseIp } from '../cel/functions/ip-address.ts'
import { isUrl } from '../cel/functions/url.ts'
import { parseDuration, parseTimestamp } from '../cel/time.ts'

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  ipv4: (text) => parseIp(text)?.family === 4,
  ipv6: (text) => text.includes(':') && parseIp(text) !== undefined,
  cidr: (text) => /^[^/]+\/\d{1,3}$/.test(text) && parseIp(text.slice(0, text.indexOf('/'))) !== undefined,
  uri: isUrl,
  hostname: (text) =>
    text.length <= 253 &&
    /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  byte: isBase64,
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  'date-time': (text) => succeeds(() => parseTimestamp(text)),
  duration: (text) => succeeds(() => parseDuration(text)),
}

/** Whether a string has the form its schema names. Formats the API server doesn't know are not checked, neither here. */
export function matchesFormat(format: string, text: string): boolean {
  return FORMATS[format]?.(text) ?? true
}

/** As Go decodes it: padded, and line breaks don't count. */
function isBase64(text: string): boolean {
  if (/[\r\n]/.test(text)) return isBase64(text.replace(/[\r\n]+/g, ''))
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

const NAMES: Readonly<Record<string, string>> = {
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  byte: 'base64',
  'date-time': 'a time such as 2026-01-31T12:00:00Z',
}

/** What a format is called in a message. */
export function formatName(format: string): string {
  return NAMES[format] ?? `of the form ${format}`
}

function succeeds(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}
