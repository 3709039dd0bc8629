import type { BodyPart } from './ir.ts'

const operator = /^%(?:%|REQ\(([\w:-]+)(?:\?([\w:-]+))?\)(?::(\d{1,5}))?%)/

/**
 * Envoy's format of bodies, as far as it needs nothing but the request: `%REQ(name?other):length%`, and `%%` for a percent sign.
 * @returns what is not understood, as a text, where something is not
 */
export function parseBodyFormat(text: string): readonly BodyPart[] | { readonly unknown: string } {
  const parts: BodyPart[] = []
  let plain = ''
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('%', at)
    plain += text.slice(at, next < 0 ? text.length : next)
    if (next < 0) break
    const rest = text.slice(next)
    const found = operator.exec(rest)
    if (!found) return { unknown: /^%[A-Z_]+(?:\([^)]*\))?%?/.exec(rest)?.[0] ?? rest.slice(0, 10) }
    at = next + found[0].length
    const [, name, other, length] = found
    if (name === undefined) plain += '%'
    else {
      if (plain !== '') parts.push(plain)
      plain = ''
      const fields = [name, ...(other === undefined ? [] : [other])].map((field) => field.toLowerCase())
      parts.push({ fields, ...(length !== undefined && { maxLength: Number(length) }) })
    }
  }
  return plain === '' ? parts : [...parts, plain]
}
