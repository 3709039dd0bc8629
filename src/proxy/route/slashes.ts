import type { ClientSettings } from '#ir'
import { parseTarget, writeTarget } from './path.ts'

const escaped = /%(?:2[Ff]|5[Cc])/

/** Whether the path (not the query) has a slash or backslash that is escaped. */
export function hasEscapedSlash(target: string): boolean {
  const found = target.search(escaped)
  const mark = target.indexOf('?')
  return found >= 0 && (mark < 0 || found < mark)
}

/**
 * A target as a listener wants slashes to be read: those that are escaped, then dot segments (RFC 3986 5.2.4), then empty segments.
 * @returns undefined: it is refused
 */
export function readSlashes(
  target: string,
  escapedSlashes: ClientSettings['escapedSlashes'],
  merge: boolean,
): string | undefined {
  const escapes = escapedSlashes !== undefined && hasEscapedSlash(target)
  if (escapes && escapedSlashes === 'reject') return undefined
  if (!escapes && !(merge && target.includes('//'))) return target
  const read = parseTarget(escapes ? unescapeSlashes(target) : target)
  if (!read) return undefined
  return writeTarget(merge ? { ...read, path: read.path.replace(/\/{2,}/g, '/') } : read)
}

function unescapeSlashes(target: string): string {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const plain = path.replace(/%2[Ff]/g, '/').replace(/%5[Cc]/g, '\\')
  return mark < 0 ? plain : plain + target.slice(mark)
}
