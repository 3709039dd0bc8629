type Fields = Readonly<Record<string, unknown>>

/** Lists that StrategicMerge joins by a key of their items; all others are replaced (patchMergeKey of Envoy Gateway's types). */
const mergeKeys: Readonly<Record<string, string>> = {
  compression: 'type',
  compressor: 'type',
  httpUpgrade: 'type',
  'extAuth.contextExtensions': 'name',
}

/**
 * A route's policy laid over its parent's. JSONMerge is RFC 7396: objects are merged field by field, everything else is
 * replaced. StrategicMerge does the same, and joins the few lists whose items have a key.
 * @param spec without the fields that attach the policy
 */
export function mergePolicy(parent: Fields, spec: Fields, mergeType: string): Fields {
  return mergeObjects(parent, spec, '', mergeType === 'StrategicMerge')
}

function mergeObjects(parent: Fields, child: Fields, path: string, strategic: boolean): Fields {
  const merged: Record<string, unknown> = { ...parent }
  for (const [name, value] of Object.entries(child)) {
    const at = path === '' ? name : `${path}.${name}`
    const key = strategic ? mergeKeys[at] : undefined
    const before = parent[name]
    if (isObject(before) && isObject(value)) merged[name] = mergeObjects(before, value, at, strategic)
    else if (key !== undefined && Array.isArray(before) && Array.isArray(value)) merged[name] = join(before, value, key)
    else merged[name] = value
  }
  return merged
}

/** The child's items take the place of those with their key, the others follow. */
function join(parent: readonly Fields[], child: readonly Fields[], key: string): readonly Fields[] {
  const own = new Map(child.map((item) => [item[key], item]))
  const replaced = parent.map((item) => {
    const over = own.get(item[key])
    own.delete(item[key])
    return over ? { ...item, ...over } : item
  })
  return [...replaced, ...own.values()]
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
