import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { anyHost, type BenchRoute, type Plan } from '../routes.ts'
import { wireHeadgate } from '../wires/headgate.ts'
import { limitPolicy } from './limits.ts'
import type { Subject } from './subject.ts'

const routesPerFile = 100

/** How a plan is written as manifests. */
export interface Manifests {
  gateway(port: number): string
  /** Text by name of the file. */
  files(plan: Plan, port: number): ReadonlyMap<string, string>
}

/** One Gateway with one listener, one HTTPRoute for each route of the plan. */
export const oneListener: Manifests = { gateway: buildGateway, files: buildFiles }

/** Headgate of this checkout, serving a folder of YAML. */
export function headgateIn(root: string, manifests: Manifests = oneListener): Subject {
  const binary = path.join(root, 'bin/headgate')
  return {
    name: 'Headgate',
    version: async () => {
      if (!existsSync(binary)) return undefined
      return (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version
    },
    prepare: (setup) => {
      const folder = path.join(setup.folder, 'manifests')
      mkdirSync(folder, { recursive: true })
      writeFileSync(path.join(folder, 'gateway.yaml'), manifests.gateway(setup.port))
      const written = new Map<string, string>()
      // As an editor saves: written aside, then moved into place.
      const change = (plan: Plan): (() => void) => {
        const files = [...manifests.files(plan, setup.port)].filter(([name, text]) => written.get(name) !== text)
        for (const [name, text] of files) {
          written.set(name, text)
          writeFileSync(path.join(setup.folder, name), text)
        }
        return () => {
          for (const [name] of files) renameSync(path.join(setup.folder, name), path.join(folder, name))
        }
      }
      change(setup.plan)()
      const flags = ['--bind', '127.0.0.1', '--workers', String(setup.workers), '--admin', 'off']
      const plane = setup.plan.plane === 'envoy' ? ['--plane', 'envoy', ...envoyFlag(root)] : ['--access-log', 'off']
      return { command: binary, args: ['run', '-f', folder, ...flags, ...plane], change }
    },
    wire: (setup) => wireHeadgate(binary, setup),
  }
}

/** The Envoy that the bench has installed below `.bench`. */
function envoyFlag(root: string): string[] {
  const [program] = globSync('.bench/**/_bin/envoy', { cwd: root })
  return program === undefined ? [] : ['--envoy', path.join(root, program)]
}

function buildGateway(port: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: headgate }
spec: { controllerName: headgate.dev/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: bench }
spec:
  gatewayClassName: headgate
  listeners: [{ name: http, protocol: HTTP, port: ${port} }]
`
}

function buildFiles(plan: Plan): Map<string, string> {
  const files = new Map<string, string>([['services.yaml', plan.services.map(buildService).join('---\n')]])
  if (plan.policies?.manifests) files.set('policies.yaml', plan.policies.manifests)
  if (plan.limited) files.set('limits.yaml', limitPolicy)
  for (let i = 0; i < plan.routes.length; i += routesPerFile) {
    const name = `routes-${String(i / routesPerFile).padStart(3, '0')}.yaml`
    files.set(
      name,
      plan.routes
        .slice(i, i + routesPerFile)
        .map((route) => buildRoute(route))
        .join('---\n'),
    )
  }
  return files
}

export function buildService(port: number, index: number): string {
  return `apiVersion: v1
kind: Service
metadata: { name: service-${index} }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: service-${index}-a, labels: { kubernetes.io/service-name: service-${index} } }
addressType: IPv4
ports: [{ name: http, port: ${port} }]
endpoints: [{ addresses: [127.0.0.1] }]
`
}

/** @param parent the parentRef, as YAML */
export function buildRoute(route: BenchRoute, parent = '{ name: bench }'): string {
  const rules = route.rules.map(
    (rule) => `    - matches: [{ path: { type: PathPrefix, value: ${rule.prefix} } }]
      backendRefs: [{ name: service-${rule.service}, port: 80 }]
`,
  )
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${route.name} }
spec:
  parentRefs: [${parent}]
${route.hostname === anyHost ? '' : `  hostnames: [${route.hostname}]\n`}  rules:
${rules.join('')}`
}
