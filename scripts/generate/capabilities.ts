import { clusterFeatures } from '../../src/apps/cluster-features.ts'
import { gatewayApiFeatures } from './gateway-api-features.ts'
import { otherParts } from './other-parts.ts'
import { supportedFeatures } from './registries.ts'
import { findShows, showsOf } from './shown-by.ts'
import type { Slice, Slices } from './slices.ts'

/** docs/reference/capabilities.md: what works, for people who choose. */
export function generateCapabilities(root: string, all: Slices): [file: string, text: string][] {
  const filters = all.slices.filter(({ sort }) => sort === 'filter')
  const slots = all.slices.filter(({ sort }) => sort === 'slot')
  const row = ({ kind, folder, unsupportedOnEnvoy }: Slice) =>
    `| [${kind}](../../src/features/${folder}/README.md) | yes | ${unsupportedOnEnvoy === undefined ? 'yes' : `no: ${unsupportedOnEnvoy}`} |\n`
  const text = `<!-- Written by \`npm run generate\` from src/features. Do not edit. -->
# Capabilities
The same manifests work on every plane; where the answers of two planes differ, [differences](../differences.md) says so.

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
${otherParts.map(({ name, page, scenario }) => `| [${name}](${page}) | yes | yes | ${link(`test/scenarios/${scenario}`)} |\n`).join('')}`
  return [['docs/reference/capabilities.md', text]]
}

function featureRows(root: string, all: Slices): readonly string[] {
  const sources = new Map(supportedFeatures(all).map(({ name, from }) => [name, from]))
  const shows = findShows(root, all)
  const names = Object.entries(gatewayApiFeatures).flatMap(([channel, list]) => list.map((name) => ({ name, channel })))
  return names
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, channel }) => {
      const from = sources.get(name)
      const tried = from === undefined ? [] : showsOf(shows, name).map(link)
      const slice = all.slices.find(({ folder }) => folder === from)
      const embedded = from !== undefined ? 'yes' : clusterFeatures.includes(name) ? 'in a cluster' : 'not yet'
      const envoy = embedded === 'yes' && slice?.unsupportedOnEnvoy !== undefined ? 'no' : embedded
      return `| ${name} | ${channel} | ${embedded} | ${envoy} | ${sourceLink(from)} | ${tried.join(', ')} |\n`
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
