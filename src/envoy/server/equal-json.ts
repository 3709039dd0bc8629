/** Whether two values of JSON say the same. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => equalJson(one, b[i]))
  }
  const keys = Object.keys(a)
  if (Array.isArray(b) || keys.length !== Object.keys(b).length) return false
  const other = b as Readonly<Record<string, unknown>>
  return keys.every((key) => key in other && equalJson((a as Readonly<Record<string, unknown>>)[key], other[key]))
}
