import { clusterFeatures } from '../../src/apps/cluster-features.ts'
import { gatewayApiFeatures } from './gateway-api-features.ts'
import { otherParts } from './other-parts.ts'
import { findSeenOnEnvoy } from './played.ts'
import { supportedFeatures } from './registries.ts'
import { findShows, showsOf } from './shown-by.ts'
import type { Slice, Slices } from './slices.ts'

/** docs/reference/capabilities.md: what works, for people who choose. */
export function generateCapabilities(root: string, all: Slices): [file: string, text: string][] {
  const filters = all.slices.filter(({ sort }) => sort === 'filter')
  const slots = all.slices.filter(({ sort }) => sort === 'slot')
  const seen = findSeenOnEnvoy(root)
  const cell = (isSeen: boolean) => (isSeen ? 'yes' : 'untried')
  const row = ({ kind, folder, unsupportedOnEnvoy }: Slice) => {
    const envoy =
      unsupportedOnEnvoy === undefined
        ? cell(seen.scenario(`src/features/${folder}/scenarios`))
        : `no: ${unsupportedOnEnvoy}`
    return `| [${kind}](../../src/features/${folder}/README.md) | yes | ${envoy} |\n`
  }
  const text = `<!-- Written by \`npm run generate\` from src/features. Do not edit. -->
# Capabilities
The same manifests work on every plane; where the answers of two planes differ, [differences](../differences.md) says so. "yes" for
Envoy means that a scenario or a test shows it on a real one (\`npm run e2e:envoy\`); [policies](policies.md) says the same of each field.

## Filters
In the order in which a request meets them; a response meets them in reverse. The reasons are in
[order.ts](../../src/features/order.ts).

| filter | embedded | envoy |
|---|---|---|
${filters.map(row).join('')}
## Rule settings

| setting | embedded | envoy |
|---|---|---|
${slots.map(row).join('')}
## Gateway API features
All names of Gateway API v1.6.1, those of meshes aside. Those with "yes" stand in \`GatewayClass.status.supportedFeatures\`.

| feature | channel | embedded | envoy | comes from | tried in |
|---|---|---|---|---|---|
${featureRows(root, all).join('')}
## Other parts of Gateway API
Experimental parts without a feature name.

| part | embedded | envoy | tried in |
|---|---|---|---|
${otherParts.map(({ name, page, scenario }) => `| [${name}](${page}) | yes | ${cell(seen.scenario(`test/scenarios/${scenario}`))} | ${link(`test/scenarios/${scenario}`)} |\n`).join('')}`
  return [['docs/reference/capabilities.md', text]]
}

function featureRows(root: string, all: Slices): readonly string[] {
  const sources = new Map(supportedFeatures(all).map(({ name, from }) => [name, from]))
  const shows = findShows(root, all)
  const seen = findSeenOnEnvoy(root)
  const names = Object.entries(gatewayApiFeatures).flatMap(([channel, list]) => list.map((name) => ({ name, channel })))
  return names
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, channel }) => {
      const from = sources.get(name)
      const tried = from === undefined ? [] : showsOf(shows, name)
      const slice = all.slices.find(({ folder }) => folder === from)
      const embedded = from !== undefined ? 'yes' : clusterFeatures.includes(name) ? 'in a cluster' : 'not yet'
      const isSeen = tried.some(seen.scenario) || seen.test(name)
      const mayBe = slice?.unsupportedOnEnvoy !== undefined ? 'no' : isSeen ? 'yes' : 'untried'
      const envoy = embedded === 'yes' ? mayBe : embedded
      return `| ${name} | ${channel} | ${embedded} | ${envoy} | ${sourceLink(from)} | ${tried.map(link).join(', ')} |\n`
    })
}

function sourceLink(from: string | undefined): string {
  if (from === undefined) return ''
  return from === 'trunk' ? from : `[${from}](../../src/features/${from}/README.md)`
}

function link(path: string): string {
  const name = /([^/]+)\/scenarios$/.exec(path)?.[1] ?? path.slice(path.lastIndexOf('/') + 1)
  return `[${name}](../../${path})`
}
