import { Buffer } from 'node:buffer'
import type { BackendKey, Origin } from '#ir'
import { parseDuration } from '#kit/duration.ts'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import { resolveAuthorities } from './authorities.ts'
import { parseSite, siteKind } from './backend-kinds/site.ts'
import { type BackendUse, resolveBackend } from './backend-ref.ts'
import { translateSettings, type WrittenSettings } from './backend-settings.ts'
import type { DataRef, PlaneName, PolicyScope, PolicySlice, PolicyTraffic } from './policy-slice.ts'
import { policyGroup } from './policy-target.ts'
import type { Reader } from './reader.ts'
import { grantAdvice, mayRefer } from './reference-grant.ts'

// Made once: equal uses of a site must be equal.
const siteKinds = { http: siteKind('http'), https: siteKind('https') }

/**
 * What a slice may ask for while it translates a policy's fields.
 * @param uses collects the backends that it names
 * @param features who understands settings of backends
 */
export function policyScope(
  reader: Reader,
  origin: Origin,
  carries: PolicyTraffic,
  uses: Map<BackendKey, BackendUse>,
  { slices, plane }: { readonly slices: readonly PolicySlice[]; readonly plane: PlaneName | undefined },
): PolicyScope {
  const from = { group: policyGroup, kind: origin.kind, namespace: origin.namespace }
  const refuse = (path: string, message: string) => problem('Invalid', message, `spec.${path}`)

  function data(kind: 'Secret' | 'ConfigMap', ref: DataRef, path: string): Outcome<ReadonlyMap<string, Uint8Array>> {
    if ((ref.group ?? '') !== '' || (ref.kind ?? kind) !== kind)
      return refuse(path, `must name a ${kind}, not a ${ref.kind}${ref.group ? `.${ref.group}` : ''}`)
    const to = { group: '', kind, namespace: ref.namespace ?? origin.namespace, name: ref.name }
    if (!mayRefer(reader, from, to)) return refuse(path, grantAdvice(from, to))
    const found = reader.get(kind, to.namespace, to.name)
    if (!found) return refuse(path, `${kind} ${to.namespace}/${to.name} does not exist`)
    const decode = (entries: Readonly<Record<string, string>> | undefined, encoding: 'base64' | 'utf8') =>
      Object.entries(entries ?? {}).map(([key, text]) => [key, Buffer.from(text, encoding)] as const)
    if (found.kind === 'Secret') return ok(new Map(decode(found.data, 'base64')))
    return ok(new Map([...decode(found.data, 'utf8'), ...decode(found.binaryData, 'base64')]))
  }

  const scope: PolicyScope = {
    origin,
    carries,
    secret: (ref, path) => data('Secret', ref, path),
    configMap: (ref, path) => data('ConfigMap', ref, path),
    text(ref, key, path) {
      const kind = ref.kind === 'Secret' ? 'Secret' : 'ConfigMap'
      const found = data(kind, ref, path)
      if (!found.ok) return found
      const value = key === undefined ? [...found.value.values()][0] : found.value.get(key)
      if (value) return ok(Buffer.from(value).toString('utf8'))
      return refuse(path, `${kind} ${ref.name} has no ${key === undefined ? 'data' : `key ${key}`}`)
    },
    authorities(refs, path) {
      const full = refs.map(({ group = '', kind = 'ConfigMap', ...rest }) => ({ group, kind, ...rest }))
      const { pem, problems } = resolveAuthorities(reader, from, full, { missing: 'Invalid', kind: 'Invalid' })
      return problems.length > 0 ? refuse(path, problems.map(({ message }) => message).join('; ')) : ok(pem)
    },
    backend(ref, path, wish = 'http1', slots = undefined) {
      const policy = slots && { slots, by: `${from.kind} ${from.namespace}/${origin.name} at ${path}` }
      const found = resolveBackend(reader, from, ref, wish, { sealed: false }, policy)
      if (!found.ok) return refuse(path, found.problems.map(({ message }) => message).join('; '))
      uses.set(found.value.key, found.value)
      return ok(found.value.key)
    },
    site(url, path, slots) {
      const site = parseSite(url)
      if (!site) return refuse(path, 'is no URL of HTTP without credentials; write https://host/path')
      const policy = slots && { slots, by: `${from.kind} ${from.namespace}/${origin.name} at ${path}` }
      const place = { namespace: '', name: site.host, port: site.port, carries: 'http' } as const
      const key = `URL/${site.scheme}/${site.host}/${site.port}${policy ? `/by ${policy.by}` : ''}`
      const kind = siteKinds[site.scheme]
      uses.set(key, { key, kind, place, wish: 'http1', side: { sealed: false }, ...(policy && { policy }) })
      return ok(key)
    },
    backendSettings: (written, path) =>
      written ? translateSettings(written as WrittenSettings, path, slices, plane, scope) : ok(undefined),
    refuse,
    duration(text, path) {
      return text === undefined ? ok(undefined) : parseDuration(text, `spec.${path}`)
    },
  }
  return scope
}
