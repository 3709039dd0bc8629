import { parseDuration } from '#kit/duration.ts'
import { ok, problem } from '#kit/outcome.ts'
import type { PolicyScope } from '#translate'

/** What the trunk tells a slice of BackendTrafficPolicy default/p for HTTPRoutes; every reference leads nowhere but backends. */
export function policyScope(change: Partial<PolicyScope> = {}): PolicyScope {
  const refuse: PolicyScope['refuse'] = (path, message) => problem('Invalid', message, `spec.${path}`)
  return {
    origin: { kind: 'BackendTrafficPolicy', namespace: 'default', name: 'p' },
    carries: 'http',
    secret: ({ name }, path) => refuse(path, `Secret default/${name} does not exist`),
    configMap: ({ name }, path) => refuse(path, `ConfigMap default/${name} does not exist`),
    text: ({ name }, _key, path) => refuse(path, `ConfigMap default/${name} does not exist`),
    authorities: (_refs, path) => refuse(path, 'ConfigMap default/ca does not exist'),
    backend: () => ok('Service/default/a/80'),
    site: () => ok('URL/https/a.test/443'),
    backendSettings: () => ok(undefined),
    refuse,
    duration: (text, path) => (text === undefined ? ok(undefined) : parseDuration(text, `spec.${path}`)),
    ...change,
  }
}
