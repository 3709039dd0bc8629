import { type KubeObject, type ObjectKey, objectKey } from '#api'

/** Kinds that hold data for others to refer to. */
export type DataKind = 'Secret' | 'ConfigMap'

/** Core kinds refer to nothing that we read. */
const silent: ReadonlySet<string> = new Set(['Service', 'Namespace', 'EndpointSlice', 'Secret', 'ConfigMap'])

export function isDataKind(kind: string): kind is DataKind {
  return kind === 'Secret' || kind === 'ConfigMap'
}

/**
 * The Secrets and ConfigMaps that an object's spec refers to, whatever its kind: everything that has a name and says of which
 * kind that is. Kinds of policies that come later need no word here.
 */
export function findDataReferences({ kind, metadata, spec }: KubeObject): readonly ObjectKey[] {
  if (silent.has(kind)) return []
  const found = new Set<ObjectKey>()
  collect(spec, '', metadata.namespace ?? '', found)
  return [...found]
}

function collect(value: unknown, field: string, home: string, found: Set<ObjectKey>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, field, home, found)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const fields = value as Readonly<Record<string, unknown>>
  const kind = dataKindOf(fields, field)
  const { name, namespace = home } = fields
  if (kind !== undefined && typeof name === 'string' && name !== '' && typeof namespace === 'string')
    found.add(objectKey(kind, namespace, name))
  for (const [inner, item] of Object.entries(fields)) collect(item, inner, home, found)
}

/** A reference without a kind means the one that its field is named after: `clientSecret`, `certificateRefs`. */
function dataKindOf({ group = '', kind }: Readonly<Record<string, unknown>>, field: string): DataKind | undefined {
  if (group !== '') return undefined
  if (typeof kind === 'string') return isDataKind(kind) ? kind : undefined
  if (/secret|certificateRef/i.test(field)) return 'Secret'
  return /configMap/i.test(field) ? 'ConfigMap' : undefined
}
