import { supportedFeatures } from './registries.ts'
import type { Slices } from './slices.ts'

/** docs/reference/capabilities.md: what works, for people who choose. */
export function generateCapabilities(all: Slices): [file: string, text: string][] {
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
What \`GatewayClass.status.supportedFeatures\` lists, by the names of Gateway API v1.6.1.

| feature | comes from |
|---|---|
${supportedFeatures(all)
  .map(({ name, from }) => `| ${name} | ${from} |\n`)
  .join('')}`
  return [['docs/reference/capabilities.md', text]]
}
