import { clusterFeatures } from '../../src/apps/cluster-features.ts'
import { gatewayApiFeatures } from './gateway-api-features.ts'
import { otherParts } from './other-parts.ts'
import { supportedFeatures } from './registries.ts'
import { findShows, showsOf } from './shown-by.ts'
import type { Slices } from './slices.ts'

/** docs/reference/capabilities.md: what works, for people who choose. */
export function generateCapabilities(root: string, all: Slices): [file: string, text: string][] {
  const filters = all.slices.filter(({ sort }) => sort === 'filter')
  const slots = all.slices.filter(({ sort }) => sort === 'slot')
  const row = (kind: string, folder: string) => `| [${kind}](../../src/features/${folder}/README.md) | yes |\n`
  const text = `<!-- Written by \`npm run generate\` from src/features. Do not edit. -->
# Capabilities

## Filters
In the order in which a request meets them; a response meets them in reverse. The reasons are in
[order.ts](../../src/features/order.ts).

| filter | embedded |
|---|---|
${filters.map(({ kind, folder }) => row(kind, folder)).join('')}
## Rule settings

| setting | embedded |
|---|---|
${slots.map(({ kind, folder }) => row(kind, folder)).join('')}
## Gateway API features
All names of Gateway API v1.6.1, those of meshes aside. Those with "yes" stand in \`GatewayClass.status.supportedFeatures\`.

| feature | channel | embedded | comes from | tried in |
|---|---|---|---|---|
${featureRows(root, all).join('')}
## Other parts of Gateway API
Experimental parts without a feature name.

| part | embedded | tried in |
|---|---|---|
${otherParts.map(({ name, page, scenario }) => `| [${name}](${page}) | yes | ${link(`test/scenarios/${scenario}`)} |\n`).join('')}`
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
      return `| ${name} | ${channel} | ${from !== undefined ? 'yes' : clusterFeatures.includes(name) ? 'in a cluster' : 'not yet'} | ${sourceLink(from)} | ${tried.join(', ')} |\n`
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
