import { addField, type Fields, getField, type RequestContext, readCookie, removeField } from '#proxy'
import type { KeyPlace } from './ir.ts'

/** The key of the first place that has something. A header may say `Bearer` before it. */
export function findKey(places: readonly KeyPlace[], { head, original }: RequestContext): string | undefined {
  for (const { in: where, name } of places) {
    const found =
      where === 'header'
        ? getField(head.fields, name)?.replace(/^Bearer /, '')
        : where === 'cookie'
          ? readCookie(head.fields, name)?.replace(/^"(.*)"$/, '$1')
          : readParam(original.path, name)
    if (found) return found
  }
  return undefined
}

/** Takes what stands at all places away from what the backend gets. */
export function hideKeys(places: readonly KeyPlace[], { head }: RequestContext): void {
  for (const { in: where, name } of places) {
    if (where === 'header') removeField(head.fields, name)
    else if (where === 'cookie') removeCookie(head.fields, name)
    else head.path = removeParam(head.path, name)
  }
}

function readParam(path: string, name: string): string | undefined {
  const mark = path.indexOf('?')
  if (mark < 0) return undefined
  for (const pair of path.slice(mark + 1).split('&')) {
    const [key, value] = splitPair(pair, '=')
    if (decode(key) === name) return decode(value)
  }
  return undefined
}

/** What is left stays as it was written. */
function removeParam(path: string, name: string): string {
  const mark = path.indexOf('?')
  if (mark < 0) return path
  const pairs = path.slice(mark + 1).split('&')
  const left = pairs.filter((pair) => decode(splitPair(pair, '=')[0]) !== name)
  if (left.length === pairs.length) return path
  return left.length === 0 ? path.slice(0, mark) : `${path.slice(0, mark)}?${left.join('&')}`
}

function removeCookie(fields: Fields, name: string): void {
  const sent = fields.flatMap((field, i) => (i % 2 === 0 && field === 'cookie' ? [fields[i + 1]!] : []))
  if (sent.length === 0) return
  const pairs = sent.flatMap((value) => value.split(';'))
  const left = pairs.map((pair) => pair.trim()).filter((pair) => splitPair(pair, '=')[0].trim() !== name)
  if (left.length === pairs.length) return
  removeField(fields, 'cookie')
  if (left.length > 0) addField(fields, 'cookie', left.join('; '))
}

function splitPair(text: string, at: string): [string, string] {
  const i = text.indexOf(at)
  return i < 0 ? [text, ''] : [text.slice(0, i), text.slice(i + 1)]
}

/** Of a key, whose bytes are ASCII; what is no encoding stays as it is. */
function decode(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
