import { Secret } from '#kit/secret.ts'

/** How a secret travels: nobody makes such an object by accident, and the text is looked at only where this mark is. */
const mark = '$secret'

/**
 * The item as JSON with its secrets revealed, for a channel or a file that may hold them. Equal items that were made the same way
 * give equal texts.
 */
export function itemText(item: unknown): string {
  const text = JSON.stringify(item)
  // Most items hold no secret, and a replacer costs ten times the rest. A secret prints as "***".
  if (!text.includes('"***"')) return text
  return JSON.stringify(item, reveal)
}

function reveal(this: Record<string, unknown>, name: string, value: unknown): unknown {
  // `value` has been through toJSON already.
  const raw = this[name]
  return raw instanceof Secret ? { [mark]: raw.reveal() } : value
}

/** The other end of `itemText`, for any text that has items in it. */
export function parseItems<T>(text: string): T {
  const value = JSON.parse(text) as T
  return text.includes(`"${mark}"`) ? (seal(value) as T) : value
}

function seal(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(seal)
  if (mark in value && typeof value[mark] === 'string') return new Secret(value[mark])
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, seal(item)]))
}

/** Whether there is a secret anywhere in it. */
export function hasSecret(value: unknown): boolean {
  if (value instanceof Secret) return true
  return typeof value === 'object' && value !== null && Object.values(value).some(hasSecret)
}
