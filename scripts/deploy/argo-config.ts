import { readFileSync } from 'node:fs'
import path from 'node:path'

/** What Argo CD's ConfigMap needs to know of kinds that it has no health check for. */
export const argoFile = 'deploy/argo-cd/argocd-cm.yaml'

/** Which script judges which kinds. */
export const argoChecks: Readonly<Record<string, readonly string[]>> = {
  'listener-set': ['gateway.networking.k8s.io_ListenerSet'],
  route: ['TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => `gateway.networking.k8s.io_${kind}`),
  policy: [
    'gateway.networking.x-k8s.io_XBackendTrafficPolicy',
    ...[
      'BackendTrafficPolicy',
      'ClientTrafficPolicy',
      'SecurityPolicy',
      'EnvoyExtensionPolicy',
      'EnvoyPatchPolicy',
    ].map((kind) => `gateway.envoyproxy.io_${kind}`),
  ],
}

/** @param root of the repository */
export function renderArgoConfig(root: string): string {
  const entries = Object.entries(argoChecks).flatMap(([script, kinds]) => {
    const lines = readFileSync(path.join(root, `deploy/argo-cd/${script}.lua`), 'utf8')
      .trimEnd()
      .split('\n')
    return kinds.map(
      (kind) => `  resource.customizations.health.${kind}: |\n${lines.map((line) => `    ${line}`).join('\n')}\n`,
    )
  })
  return `# Health checks for Argo CD: kubectl patch configmap argocd-cm -n argocd --patch-file argocd-cm.yaml
# Made from the scripts beside it by \`npm run generate:deploy\`; do not edit.
data:
${entries.join('')}`
}
