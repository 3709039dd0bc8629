/**
 * `npm run generate:deploy`: writes deploy/headgate.yaml from the chart, the page of its values, Argo CD's health checks, and what a fleet of Envoys is. Needs Go, once, to build Helm.
 * `-- --check` writes nothing and fails where a file differs.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { argoFile, renderArgoConfig } from './deploy/argo-config.ts'
import { envoyFleetFile, renderEnvoyFleet } from './deploy/envoy-fleet.ts'
import { plainFile, renderPlainYaml } from './deploy/plain-yaml.ts'
import { renderValuesPage, valuesPage } from './deploy/values-page.ts'

const root = path.dirname(import.meta.dirname)
const check = process.argv.includes('--check')
for (const [file, text] of [
  [plainFile, renderPlainYaml(root)],
  [valuesPage, renderValuesPage(root)],
  [argoFile, renderArgoConfig(root)],
  [envoyFleetFile, renderEnvoyFleet()],
] as const) {
  const place = path.join(root, file)
  if (!check) writeFileSync(place, text)
  else if (readFileSync(place, 'utf8') !== text) {
    console.error(`${file} is not what \`npm run generate:deploy\` writes`)
    process.exitCode = 1
  }
}
