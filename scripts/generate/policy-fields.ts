import { backendFields, type FieldOwner, fieldOwners, type PlaneName, type PolicySlice, refusalOf } from '#translate'
import { GENERATED_KINDS } from '../../src/api/generated/kinds.ts'
import type { Slices } from './slices.ts'

export const policyKinds = [
  'BackendTrafficPolicy',
  'ClientTrafficPolicy',
  'SecurityPolicy',
  'HTTPRouteFilter',
  'Backend',
] as const

/** Fields that say where a policy is attached; the trunk obeys them, whatever else is written. */
const attachment = new Set(['targetRef', 'targetRefs', 'targetSelectors', 'mergeType'])

/** One field of a policy, and what is declared of it. */
export interface PolicyField {
  /** `rules[].limit.requests`, below spec. */
  readonly path: string
  /** The same, but in `backendSettings`: the field of BackendTrafficPolicy whose slice obeys it. */
  readonly ownPath: string
  readonly owner: FieldOwner | undefined
  /** The folder of its slice. */
  readonly folder: string | undefined
}

/** Every field of a policy that holds no others, with the slice that owns it. */
export async function readPolicyFields(root: string, { slices }: Slices): Promise<ReadonlyMap<string, PolicyField[]>> {
  const known: { readonly folder: string; readonly slice: PolicySlice }[] = []
  for (const { kind, folder, inPolicies } of slices) {
    if (!inPolicies) continue
    const module = (await import(`${root}/src/features/${folder}/policy.ts`)) as Readonly<Record<string, PolicySlice>>
    known.push({ folder, slice: module[kind]! })
  }
  const ownersOf = (kind: string) =>
    fieldOwners<FieldOwner>(
      kind === 'Backend' ? [backendFields] : known.filter(({ slice }) => slice.kind === kind).map(({ slice }) => slice),
    )
  const settings = ownersOf('BackendTrafficPolicy')
  const folderOf = (owner: FieldOwner | undefined) => known.find(({ slice }) => slice === owner)?.folder
  return new Map(
    policyKinds.map((kind) => {
      const owners = ownersOf(kind)
      const paths = [...leavesOf(kind)].filter((path) => !attachment.has(path.split(/[.[]/)[0]!))
      return [
        kind,
        paths.map((path) => {
          const outer = owners.ownerOf(path)
          const inner = /\.backendSettings\.(.+)$/.exec(path)?.[1]
          // What the slice refuses there is about requests, which a policy's own backends have no place for.
          if (!outer || inner === undefined || refusalOf(outer, path, undefined) !== undefined)
            return { path, ownPath: path, owner: outer, folder: folderOf(outer) }
          const owner = settings.ownerOf(inner)
          return { path, ownPath: inner, owner, folder: folderOf(owner) }
        }),
      ]
    }),
  )
}

/** Whether a field is said to be obeyed on a plane. */
export function isObeyed({ owner, ownPath }: PolicyField, plane: PlaneName): boolean {
  return owner !== undefined && refusalOf(owner, ownPath, plane) === undefined
}

/** @param written what `findWrittenFields` gives */
export function isTried(
  kind: string,
  { path, ownPath }: PolicyField,
  written: ReadonlyMap<string, readonly string[]>,
): boolean {
  return written.has(`${kind} ${path}`) || (path !== ownPath && written.has(`BackendTrafficPolicy ${ownPath}`))
}

interface Node {
  readonly properties?: Readonly<Record<string, number>>
  readonly items?: number
  readonly additionalProperties?: number | true
}

/** The fields of a kind's spec that hold no others, in the order of the alphabet. */
function* leavesOf(kind: string): Iterable<string> {
  const { schema, versions } = GENERATED_KINDS.find((known) => known.kind === kind)!
  const { nodes, versions: roots } = JSON.parse(schema) as {
    nodes: readonly Node[]
    versions: Readonly<Record<string, number>>
  }
  const root = nodes[roots[versions[0]!]!]!
  yield* walk(nodes[root.properties!.spec!]!, '')

  function* walk({ properties = {}, items, additionalProperties }: Node, path: string): Iterable<string> {
    const fields = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1))
    if (items !== undefined) yield* walk(nodes[items]!, `${path}[]`)
    else if (fields.length === 0) yield additionalProperties === undefined ? path : `${path}{}`
    else for (const [name, node] of fields) yield* walk(nodes[node]!, path === '' ? name : `${path}.${name}`)
  }
}
