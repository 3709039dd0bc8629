import { joinField, type RequestContext } from '#proxy'
import type { TokenPlaces } from './ir.ts'

/** All tokens at the places of a provider, headers first. */
export function extractTokens({ headers, params, cookies }: TokenPlaces, { head, original }: RequestContext): string[] {
  const found: string[] = []
  for (const { name, prefix } of headers) {
    const value = joinField(head.fields, name)
    if (value === undefined) continue
    if (prefix === '') {
      found.push(value)
      continue
    }
    const at = value.indexOf(prefix)
    if (at >= 0) found.push(cutToken(value.slice(at + prefix.length)))
  }
  const mark = params.length > 0 ? original.path.indexOf('?') : -1
  if (mark >= 0) {
    const query = new URLSearchParams(original.path.slice(mark))
    for (const name of params) {
      const value = query.get(name)
      if (value !== null) found.push(value)
    }
  }
  if (cookies.length > 0) {
    const sent = joinField(head.fields, 'cookie')
    if (sent !== undefined) takeCookies(sent, cookies, found)
  }
  return found
}

const tokenText = /[A-Za-z0-9_.-]+/

/** What follows a prefix may end before the field does: "Bearer a.b.c, realm=x". */
function cutToken(text: string): string {
  return tokenText.exec(text)?.[0] ?? text
}

function takeCookies(sent: string, names: readonly string[], found: string[]): void {
  const seen = new Map<string, string>()
  for (const pair of sent.split(/[;,]/)) {
    const equals = pair.indexOf('=')
    if (equals < 0) continue
    const name = pair.slice(0, equals).trim()
    if (!seen.has(name))
      seen.set(
        name,
        pair
          .slice(equals + 1)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      )
  }
  for (const name of names) {
    const value = seen.get(name)
    if (value !== undefined) found.push(value)
  }
}
