import { type ClusterObject, gatewayObject, routeObject } from './fake-cluster.ts'

/** A route with a mistake of its own kind, and what tells its author. `mended` is the same without the mistake. */
export interface BrokenRoute {
  readonly name: string
  readonly broken: ClusterObject
  readonly mended: ClusterObject
  /** In the route's status, or in the log where the manifest is refused. */
  readonly says: RegExp
  /** API servers of all versions refuse it. */
  readonly isRefused: boolean
}

interface Mistake {
  readonly isRefused?: boolean
  readonly says: RegExp
  /** Over the fields of the only rule… */
  readonly rule?: object
  /** …or of the spec. */
  readonly spec?: object
}

const backend = (fields: object) => ({
  backendRefs: [{ group: '', kind: 'Service', name: 's', port: 80, weight: 1, ...fields }],
})
const rewrite = { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/' } } }
const redirect = { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 302 } }
const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'one' }

/** Some of them the API server refuses, if its CRDs are ours: older ones let them through. */
const mistakes: Readonly<Record<string, Mistake>> = {
  'bad-regex': {
    rule: { matches: [{ path: { type: 'RegularExpression', value: '/bad-regex(' } }] },
    says: /regular expression|RegularExpression/,
  },
  'missing-service': { rule: backend({ name: 'nobody' }), says: /BackendNotFound/ },
  'missing-grant': { rule: backend({ namespace: 'elsewhere' }), says: /RefNotPermitted/ },
  'two-filters': {
    rule: { filters: [rewrite, redirect] },
    says: /IncompatibleFilters|urlRewrite|requestRedirect|RequestRedirect/i,
  },
  'bad-duration': { rule: { timeouts: { request: 'soon' } }, says: /timeouts\.request/ },
  'unknown-extension': {
    rule: { filters: [{ type: 'ExtensionRef', extensionRef: { group: 'example.com', kind: 'Magic', name: 'm' } }] },
    says: /Magic/,
  },
  'invalid-hostname': { spec: { hostnames: ['no host!'] }, isRefused: true, says: /no host!|hostnames\[0\]/ },
  'wrong-hostname': {
    spec: { parentRefs: [{ ...gateway, sectionName: 'tenant' }], hostnames: ['elsewhere.test'] },
    says: /NoMatchingListenerHostname/,
  },
  'wrong-parent': { spec: { parentRefs: [{ ...gateway, sectionName: 'https' }] }, says: /NoMatchingParent/ },
  'too-large': { rule: backend({ port: 700_000 }), says: /BackendNotFound|port/ },
  'wrong-kind': { rule: backend({ kind: 'Pod' }), says: /InvalidKind/ },
}

export const brokenRoutes: readonly BrokenRoute[] = Object.entries(mistakes).map(
  ([name, { rule, spec, says, isRefused = false }]) => {
    const mended = routeObject('one', { name, prefix: `/${name}`, generation: 2 })
    const before = mended.spec as { readonly rules: readonly object[] }
    const rules = [{ ...before.rules[0], ...rule }]
    const broken = {
      ...mended,
      metadata: { ...mended.metadata, generation: 1 },
      spec: { ...before, rules, ...spec },
    }
    return { name, broken, mended, says, isRefused }
  },
)

/** Routes without a mistake. */
export function goodRoute(i: number, service = 's', generation = 1): ClusterObject {
  return routeObject('one', { name: `good-${i}`, prefix: `/good-${i}`, service, generation })
}

export const goodCount = 100

/** For all of them. */
export function sharedGateway(port: number): ClusterObject {
  const listener = { port, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }
  const listeners = [
    { ...listener, name: 'http' },
    { ...listener, name: 'tenant', hostname: '*.tenant.test' },
  ]
  return gatewayObject('one', port, { listeners })
}
