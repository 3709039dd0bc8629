import { type Outcome, ok, type Problem } from './outcome.ts'

/** What a header modifier does, in this order: remove, set, add. Names lower case, each once per list. */
export interface FieldEdits {
  readonly remove: readonly string[]
  readonly set: readonly FieldEdit[]
  readonly add: readonly FieldEdit[]
  /** Of requests: where there is none of the name yet. After all others. */
  readonly addIfAbsent?: readonly FieldEdit[]
}

export interface FieldEdit {
  readonly name: string
  /** Without surrounding whitespace; text, not yet bytes. */
  readonly value: string
}

/** Gateway API's HTTPHeaderFilter. */
export interface HeaderFilterSpec {
  readonly set?: readonly { readonly name: string; readonly value: string }[]
  readonly add?: readonly { readonly name: string; readonly value: string }[]
  readonly remove?: readonly string[]
}

// RFC 9110 7.6.1 and RFC 9112 6: these describe one connection or the framing, which the gateway does itself.
const ownedByGateway = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
// RFC 9110 5.5: no control character but the tab; anything else would end the field and start another.
const controls = /[\x00-\x08\x0a-\x1f\x7f]/

/** Checks a header modifier and gives it its order; every problem at once. `path` is that of the spec. */
export function parseFieldEdits(spec: HeaderFilterSpec, path: string): Outcome<FieldEdits> {
  const problems: Problem[] = []
  const refuse = (at: string, message: string) =>
    problems.push({ reason: 'UnsupportedValue', message, path: `${path}.${at}` })

  const nameOf = (written: string, at: string): string => {
    const name = written.toLowerCase()
    if (!token.test(name)) refuse(at, `${JSON.stringify(written)} is not a header name`)
    else if (name === 'host') refuse(at, 'a header modifier does not change Host; use URLRewrite with a hostname')
    else if (ownedByGateway.has(name)) {
      refuse(at, `${written} belongs to the connection and is the gateway's own business; leave it out`)
    }
    return name
  }
  const editsOf = (list: 'set' | 'add'): FieldEdit[] => {
    const edits = new Map<string, FieldEdit>()
    for (const [i, header] of (spec[list] ?? []).entries()) {
      const name = nameOf(header.name, `${list}[${i}].name`)
      if (controls.test(header.value)) {
        refuse(`${list}[${i}].value`, `the value of ${header.name} contains a line break or another control character`)
      }
      // Gateway API, HTTPHeader.name: of equivalent names the first entry counts, the rest is ignored.
      if (!edits.has(name)) edits.set(name, { name, value: header.value.trim() })
    }
    return [...edits.values()]
  }

  const set = editsOf('set')
  const add = editsOf('add')
  const remove = [...new Set((spec.remove ?? []).map((name, i) => nameOf(name, `remove[${i}]`)))]
  return problems.length > 0 ? { ok: false, problems } : ok({ remove, set, add })
}

/** A value as it goes over the wire: UTF-8 bytes, one character each. */
export function encodeFieldValue(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}
