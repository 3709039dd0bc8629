const slash = String.raw`(?:/|\\|%2[Ff]|%5[Cc])`
const dots = String.raw`(?:\.|%2[Ee]){1,2}`
const parameters = '(?:;[^/]*)?'

/**
 * Dot segments that the gateway takes for names and some backends don't: `..;`, `..%2F`, `..\`. Nobody can say where they lead, so
 * that a policy about paths lets none of them in.
 */
export const unclearPath = `.*${slash}${dots}(?:;|\\\\|%2[Ff]|%5[Cc]).*|.*(?:\\\\|%2[Ff]|%5[Cc])${dots}(?:/.*)?`

/**
 * A path as a pattern that also holds for what backends may take for the same: several slashes, escaped or backward ones, and
 * parameters of an element (RFC 3986 3.3). For rules that deny; who is let in must have written it plainly.
 */
export function anySpelling(path: string, withAllBelow: boolean): string {
  const elements = path.split('/').filter((element) => element !== '')
  const written = elements.map((element) => `${slash}+${quote(element)}${parameters}`).join('')
  if (withAllBelow) return `${written}(?:${slash}.*)?`
  return path.endsWith('/') ? `${written}${slash}+` : written
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
