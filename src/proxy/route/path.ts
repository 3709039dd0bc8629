/**
 * A request target split and made comparable. RFC 3986 6.2.2 equivalents (escapes of unreserved characters, dot segments,
 * case of escapes) are resolved in `path`, which is matched and forwarded. What servers disagree on (`//`, `%2F`, `%5C`,
 * `;parameters`) is left as it is for the backend, but `suspect` then holds the reading of a server that resolves them all:
 * when that reading leads to another route, the request is refused instead of guessed at.
 */
export interface Target {
  readonly path: string
  /** Without `?`; undefined when there is no `?`. */
  readonly query: string | undefined
  readonly suspect: string | undefined
}

// Anything that needs a second look; most paths have none of it.
const special = /[%;\\]|\/\/|\/\.(?:[./]|$)/
const escapes = /%([0-9A-Fa-f]{2})/g
const brokenEscape = /%(?![0-9A-Fa-f]{2})/
const unreserved = /[A-Za-z0-9\-._~]/

/** @returns undefined for a target that no route may see (broken escape, escaped NUL, backslash, `..` above the root): 400. */
export function parseTarget(target: string): Target | undefined {
  const mark = target.indexOf('?')
  const raw = mark < 0 ? target : target.slice(0, mark)
  const query = mark < 0 ? undefined : target.slice(mark + 1)
  if (!special.test(raw)) return { path: raw, query, suspect: undefined }
  if (raw.includes('\\') || brokenEscape.test(raw)) return undefined
  const decoded = raw.replace(escapes, decodeUnreserved)
  if (decoded.includes('%00')) return undefined
  const path = removeDotSegments(decoded)
  if (path === undefined) return undefined
  const suspect = readLoosely(path)
  return suspect === undefined ? undefined : { path, query, suspect: suspect === path ? undefined : suspect }
}

export function writeTarget({ path, query }: Target): string {
  return query === undefined ? path : `${path}?${query}`
}

function decodeUnreserved(escaped: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16))
  return unreserved.test(character) ? character : escaped.toUpperCase()
}

/** RFC 3986 5.2.4, but climbing above the root is refused: nobody means it well. */
function removeDotSegments(path: string): string | undefined {
  if (!path.includes('/.')) return path
  const segments = path.split('/')
  const kept: string[] = []
  for (let i = 1; i < segments.length; i++) {
    const segment = segments[i]!
    const last = i === segments.length - 1
    if (segment === '..') {
      if (kept.length === 0) return undefined
      kept.pop()
      if (last) kept.push('')
    } else if (segment === '.') {
      if (last) kept.push('')
    } else kept.push(segment)
  }
  return `/${kept.join('/')}`
}

/** As the most obliging server would read it: every escape decoded, `\` as `/`, parameters cut, slashes merged. */
function readLoosely(path: string): string | undefined {
  const decoded = path.replace(escapes, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const merged = decoded
    .replaceAll('\\', '/')
    .replace(/;[^/]*/g, '')
    .replace(/\/{2,}/g, '/')
  return removeDotSegments(merged === '' ? '/' : merged)
}
