import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { findTool, helm } from './go-tool.ts'

/** The chart with its own values, as one file for `kubectl apply`. */
export const plainFile = 'deploy/headgate.yaml'

/** Refuses what the API server's "restricted" profile of Pods refuses. */
const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: headgate-system
  labels:
    pod-security.kubernetes.io/enforce: restricted
`

/** Renders the chart with its own values. @param root of the repository */
export function renderPlainYaml(root: string): string {
  const rendered = execFileSync(
    findTool(helm),
    [
      'template',
      'headgate',
      path.join(root, 'deploy/chart'),
      '--namespace=headgate-system',
      '--include-crds',
      '--kube-version=1.30.0',
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 },
  )
  const objects = rendered
    .replace(/^# Source: .*\n/gm, '')
    .replace(/^ *app\.kubernetes\.io\/managed-by: Helm\n/gm, '')
    .replace(/^---\n/, '')
    .replace(/\n\n+---\n/g, '\n---\n')
  return `# Headgate, installed by one command: kubectl apply --server-side -f headgate.yaml
# Gateway API's CRDs have to be there first (docs/tasks/install.md).
# Made from deploy/chart by \`npm run generate:deploy\`; do not edit. ${digestLine(root)}
${namespace}---
${objects}`
}

/** Says what a plain file was made from, so that a stale one is found out without Helm. */
export function digestLine(root: string): string {
  const hash = createHash('sha256')
  const files = globSync(['deploy/chart/**/*', 'crds/*.yaml', 'scripts/deploy/plain-yaml.ts'], { cwd: root })
  for (const file of files.filter((one) => /\.(yaml|json|tpl|txt|ts)$/.test(one)).sort())
    hash.update(`${file}\0`).update(readFileSync(path.join(root, file)))
  return `Made from ${hash.digest('hex').slice(0, 16)}.`
}
