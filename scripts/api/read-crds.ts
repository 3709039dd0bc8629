import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

/** The one place that says which Gateway API release we speak. */
export const GATEWAY_API_VERSION = 'v1.6.1'

/** A CRD's OpenAPI schema node, as far as the generator looks at it. */
export interface CrdSchema {
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, CrdSchema>>
  readonly required?: readonly string[]
  readonly items?: CrdSchema
  readonly additionalProperties?: CrdSchema | boolean
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly [keyword: string]: unknown
}

export interface CrdVersion {
  readonly name: string
  readonly served: boolean
  readonly subresources?: { readonly status?: object }
  readonly schema: { readonly openAPIV3Schema: CrdSchema }
}

export interface Crd {
  readonly group: string
  readonly kind: string
  readonly namespaced: boolean
  /** Served versions, the preferred one first. */
  readonly versions: readonly CrdVersion[]
}

interface CrdFile {
  readonly kind: string
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly scope: 'Namespaced' | 'Cluster'
    readonly versions: readonly CrdVersion[]
  }
}

/** Whose policies we understand. */
export const ENVOY_GATEWAY_VERSION = 'v1.9.0'

/** Gateway API's CRDs of the experimental channel, sorted by kind. Needs `go` on the PATH. */
export function readGatewayApi(): readonly Crd[] {
  const folder = join(gatewayApiModule(), 'config/crd/experimental')
  return readCrds(readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')))
}

/** Envoy Gateway's CRDs but EnvoyProxy, which describes Envoy rather than traffic. */
export function readEnvoyGateway(): readonly Crd[] {
  const chart = 'charts/gateway-crds-helm/templates/generated'
  const folder = join(goModule(`github.com/envoyproxy/gateway@${ENVOY_GATEWAY_VERSION}`), chart)
  const files = readdirSync(folder).filter((file) => !file.endsWith('_envoyproxies.yaml'))
  // The chart wraps each file in a condition of its template language.
  return readCrds(files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll(/^\{\{.*\}\}$/gm, '')))
}

/** The folder of Gateway API's Go module. */
export function gatewayApiModule(): string {
  return goModule(`sigs.k8s.io/gateway-api@${GATEWAY_API_VERSION}`)
}

/** Downloads (or finds) a Go module; returns its folder. */
function goModule(module: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8', cwd: '/' })
  return (JSON.parse(answer) as { Dir: string }).Dir
}

function readCrds(files: readonly string[]): readonly Crd[] {
  return files
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => document.toJS() as CrdFile)
    .filter((file) => file?.kind === 'CustomResourceDefinition')
    .map(({ spec }) => ({
      group: spec.group,
      kind: spec.names.kind,
      namespaced: spec.scope === 'Namespaced',
      versions: spec.versions.filter((version) => version.served).sort((a, b) => priority(b.name) - priority(a.name)),
    }))
    .sort((a, b) => (a.kind < b.kind ? -1 : 1))
}

/** Kubernetes' version priority: GA before beta before alpha, then the higher number. */
function priority(version: string): number {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
  if (match === null) return 0
  const stage = match[2] === undefined ? 3 : match[2] === 'beta' ? 2 : 1
  return stage * 1e6 + Number(match[1]) * 1e3 + Number(match[3] ?? 0)
}
