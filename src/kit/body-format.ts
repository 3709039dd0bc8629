/** Text, or what the request says: the first of the fields that it has, else `-`; `:method`, `:path` and `:authority` are fields. */
export type BodyPart = string | { readonly fields: readonly string[]; readonly maxLength?: number }

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

/** The other way: as Envoy reads it. */
export function writeBodyFormat(parts: readonly BodyPart[]): string {
  return parts
    .map((part) =>
      typeof part === 'string'
        ? part.replaceAll('%', '%%')
        : `%REQ(${part.fields.join('?')})${part.maxLength === undefined ? '' : `:${part.maxLength}`}%`,
    )
    .join('')
}

/**
 * What makes the body for a request. One that is the same for all is made once.
 * @param lookUp a field of the request, `:path` and its like included
 */
export function compileBody<T>(
  parts: readonly BodyPart[],
  lookUp: (request: T, name: string) => string | undefined,
): (request: T) => string | Uint8Array {
  const [only = ''] = parts
  if (parts.length <= 1 && typeof only === 'string') {
    const same = Buffer.from(only)
    return () => same
  }
  const textOf = (part: BodyPart, request: T): string => {
    if (typeof part === 'string') return part
    for (const name of part.fields) {
      const value = lookUp(request, name)
      if (value) return part.maxLength === undefined ? value : value.slice(0, part.maxLength)
    }
    return '-'
  }
  return (request) => parts.map((part) => textOf(part, request)).join('')
}
