import type { Fields } from './message.ts'

/** The first value that a client has sent for a cookie (RFC 6265 4.2.1; RFC 9113 8.2.3: in several fields). */
export function readCookie(fields: Fields, name: string): string | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] !== 'cookie') continue
    for (const pair of fields[i + 1]!.split(';')) {
      const equals = pair.indexOf('=')
      if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
    }
  }
  return undefined
}
