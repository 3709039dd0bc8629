import type { HttpMatch } from '#ir'

/**
 * The Path attribute: what all matches of the rule have in common, by path element. GEP-1619: the path is taken from the
 * route, and from a regular expression its longest part that is none.
 */
export function cookiePath(matches: readonly HttpMatch[]): string {
  const [first = [], ...others] = matches.map(literalElements)
  let common = first.length
  for (const elements of others) {
    const differs = first.findIndex((element, i) => element !== elements[i])
    if (differs >= 0) common = Math.min(common, differs)
  }
  return `/${first.slice(0, common).join('/')}`
}

function literalElements({ path: { kind, value } }: HttpMatch): string[] {
  const elements = value.split('/').slice(1)
  if (kind === 'regex') {
    const open = elements.findIndex((element) => /[^\w\-~%]/.test(element))
    // The last literal element may be half of one: `/a/b` and `/a/bc` both match the regex `/a/b.*`, `/a/b` only itself.
    return open < 0 ? elements : elements.slice(0, open)
  }
  return elements.at(-1) === '' ? elements.slice(0, -1) : elements
}
