import { backendFields, fieldOwners, type PlaneName, type PolicySlice, refusalOf } from '#translate'
import { GENERATED_KINDS } from '../../src/api/generated/kinds.ts'
import type { Slices } from './slices.ts'

const planes = ['embedded', 'envoy'] as const satisfies readonly PlaneName[]

const kinds = ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'SecurityPolicy', 'HTTPRouteFilter', 'Backend'] as const

/** Fields that say where a policy is attached; the trunk obeys them, whatever else is written. */
const attachment = new Set(['targetRef', 'targetRefs', 'targetSelectors', 'mergeType'])

/** docs/reference/policies.md: every field of the policies, from what slices own, so that it says what the gateway does. */
export async function generatePolicyTable(root: string, { slices }: Slices): Promise<[file: string, text: string][]> {
  const known: { readonly folder: string; readonly slice: PolicySlice }[] = []
  for (const { kind, folder, inPolicies } of slices) {
    if (!inPolicies) continue
    const module = (await import(`${root}/src/features/${folder}/policy.ts`)) as Readonly<Record<string, PolicySlice>>
    known.push({ folder, slice: module[kind]! })
  }
  const sections = kinds.map((kind) => {
    const owners = known.filter(({ slice }) => slice.kind === kind)
    const rows = [...leavesOf(kind)]
      .filter((path) => !attachment.has(path.split(/[.[]/)[0]!))
      .map((path) => row(kind, path, owners))
    const obeyed = rows.filter(({ works }) => works).length
    return `## ${kind}
${obeyed} of ${rows.length} fields.

| field | ${planes.join(' | ')} | |
|---|---|---|---|
${rows.map(({ text }) => text).join('')}`
  })
  return [['docs/reference/policies.md', page(sections)]]
}

function page(sections: readonly string[]): string {
  return `<!-- Written by \`npm run generate\` from the CRDs of Envoy Gateway and src/features. Do not edit. -->
# Fields of policies
The policies are Envoy Gateway's (\`gateway.envoyproxy.io/v1alpha1\`, v1.9.0), so its manifests can be used as they are. This is
every field of theirs below \`spec\`. A policy with a field that is not supported is refused as a whole: \`Accepted=False\` names the
field. A SecurityPolicy that is refused closes its routes with 500; any other is as if it were not there. EnvoyExtensionPolicy and
EnvoyPatchPolicy are known, and always refused. How policies are attached, ranked and merged: [policies](../tasks/policies.md).

${sections.join('\n')}`
}

interface Row {
  readonly works: boolean
  readonly text: string
}

function row(
  kind: string,
  path: string,
  known: readonly { readonly folder: string; readonly slice: PolicySlice }[],
): Row {
  const owner = kind === 'Backend' ? backendFields : fieldOwners(known.map(({ slice }) => slice)).ownerOf(path)
  const owned = kind === 'Backend' ? fieldOwners([backendFields]).ownerOf(path) !== undefined : owner !== undefined
  const refusals = planes.map((plane) => (owner && owned ? refusalOf(owner, path, plane) : ''))
  const cells = refusals.map((refusal) => (refusal === undefined ? 'yes' : 'no'))
  const why = refusals.find((refusal) => refusal) ?? ''
  const note = owner && owned ? (owner.notes?.[path] ?? '') : ''
  const folder = known.find(({ slice }) => slice === owner)?.folder
  const link = folder && cells.includes('yes') ? `[${folder}](../../src/features/${folder}/README.md)` : ''
  const remark = [link, note, why]
    .filter((text) => text !== '')
    .join('; ')
    .replaceAll('|', '\\|')
  return { works: cells.includes('yes'), text: `| \`${path}\` | ${cells.join(' | ')} | ${remark} |\n` }
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
