import type { ClientSettings } from '#ir'

const escaped = /%(?:2[Ff]|5[Cc])/

/** Whether the path (not the query) has a slash or backslash that is escaped. */
export function hasEscapedSlash(target: string): boolean {
  const found = target.search(escaped)
  const mark = target.indexOf('?')
  return found >= 0 && (mark < 0 || found < mark)
}

/** A target as a listener wants slashes to be read, before anything else is. @returns undefined: it is refused */
export function readSlashes(
  target: string,
  escapedSlashes: ClientSettings['escapedSlashes'],
  merge: boolean,
): string | undefined {
  const mark = target.indexOf('?')
  let path = mark < 0 ? target : target.slice(0, mark)
  if (escapedSlashes && escaped.test(path)) {
    if (escapedSlashes === 'reject') return undefined
    path = path.replace(/%2[Ff]/g, '/').replace(/%5[Cc]/g, '\\')
  }
  if (merge) path = path.replace(/\/{2,}/g, '/')
  return mark < 0 ? path : path + target.slice(mark)
}
