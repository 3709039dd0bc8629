import { type PlaneName, refusalOf } from '#translate'
import { findPlayed, findWrittenFields } from './played.ts'
import { isObeyed, isTried, type PolicyField, policyKinds, readPolicyFields } from './policy-fields.ts'
import type { Slices } from './slices.ts'

const planes = ['embedded', 'envoy'] as const satisfies readonly PlaneName[]

/** For each plane the fields that scenarios have which it has played. */
type Played = Readonly<Record<(typeof planes)[number], ReadonlyMap<string, readonly string[]>>>

/**
 * docs/reference/policies.md: every field of the policies, from what slices own, so that it says what the gateway does; and from the
 * scenarios that are played on each plane, so that it has been seen.
 */
export async function generatePolicyTable(root: string, slices: Slices): Promise<[file: string, text: string][]> {
  const fields = await readPolicyFields(root, slices)
  const played: Played = {
    embedded: findWrittenFields(root, findPlayed(root, 'embedded')),
    envoy: findWrittenFields(root, findPlayed(root, 'envoy')),
  }
  const sections = policyKinds.map((kind) => {
    const rows = (fields.get(kind) ?? []).map((field) => row(kind, field, played))
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
  return `<!-- Written by \`npm run generate\` from the CRDs of Envoy Gateway, src/features and the scenarios. Do not edit. -->
# Fields of policies
The policies are Envoy Gateway's (\`gateway.envoyproxy.io/v1alpha1\`, v1.9.0), so its manifests can be used as they are. This is
every field of theirs below \`spec\`. A policy with a field that is not supported is refused as a whole: \`Accepted=False\` names the
field. A SecurityPolicy that is refused closes its routes with 500; any other is as if it were not there. EnvoyExtensionPolicy and
EnvoyPatchPolicy are known, and always refused. How policies are attached, ranked and merged: [policies](../tasks/policies.md).

A field is "yes" where a scenario that has it is played on that plane, with requests and what must come back; "untried" is obeyed by
what its code says.

${sections.join('\n')}`
}

interface Row {
  readonly works: boolean
  readonly text: string
}

function row(kind: string, field: PolicyField, played: Played): Row {
  const { path, ownPath, owner, folder } = field
  const cells = planes.map((plane) => {
    if (!isObeyed(field, plane)) return 'no'
    return isTried(kind, field, played[plane]) ? 'yes' : 'untried'
  })
  const why = planes.map((plane) => (owner ? refusalOf(owner, ownPath, plane) : undefined)).find((refusal) => refusal)
  const works = cells.some((cell) => cell !== 'no')
  const link = folder && works ? `[${folder}](../../src/features/${folder}/README.md)` : ''
  const remark = [link, owner?.notes?.[ownPath] ?? '', why ?? '']
    .filter((text) => text !== '')
    .join('; ')
    .replaceAll('|', '\\|')
  return { works, text: `| \`${path}\` | ${cells.join(' | ')} | ${remark} |\n` }
}
