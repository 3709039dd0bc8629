import type { BackendEndpoint, Backend as EnvoyBackend } from '#api'
import type { Endpoint, UpstreamTls } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { BackendKind } from '../backend-ref.ts'
import { resolveCertificate } from '../certificate-refs.ts'
import { type FieldOwner, findUnobeyed } from '../policy-fields.ts'
import type { Reader } from '../reader.ts'
import { sortEndpoints } from './sort-endpoints.ts'
import { resolveTrust } from './upstream-tls.ts'

const group = 'gateway.envoyproxy.io'

/** Which fields are obeyed. */
export const backendFields: FieldOwner = {
  fields: ['type', 'endpoints', 'appProtocols', 'fallback', 'tls'],
  refused: {
    'endpoints[].hostname': 'is not supported here: remove it',
    fallback: 'is not supported here: backends have no priorities',
    ...Object.fromEntries(
      ['alpnProtocols', 'autoSNIFromEndpointHostname', 'ciphers', 'ecdhCurves', 'fingerprints'].map(refuseTls),
    ),
    ...Object.fromEntries(['maxVersion', 'minVersion', 'signatureAlgorithms'].map(refuseTls)),
  },
  notes: { type: 'Endpoints', 'tls.sni': 'default: the host name of the first endpoint' },
}

function refuseTls(name: string): readonly [string, string] {
  return [`tls.${name}`, 'is not supported here: remove it']
}

/** Envoy Gateway's Backend: endpoints written down by address, name or socket path. References to it carry no port. */
export const envoyBackend: BackendKind = {
  group,
  kind: 'Backend',
  describe(reader, { namespace, name }) {
    const found = reader.get('Backend', namespace, name)
    const full = `Backend ${namespace}/${name}`
    if (!found) return problem('BackendNotFound', `${full} does not exist`)
    const { spec } = found
    if (spec.type === 'DynamicResolver') return problem('InvalidKind', `${full}: type DynamicResolver is not supported`)
    // `fallback: false` asks for nothing.
    const { fallback, ...rest } = spec
    const [unobeyed] = findUnobeyed({ ...rest, ...(fallback && { fallback }) }, [backendFields], undefined)
    if (unobeyed) return problem('InvalidKind', `${full}: ${unobeyed.path} ${unobeyed.message}`)
    const tls = tlsOf(reader, namespace, found)
    if (!tls.ok) return tls
    const protocols = spec.appProtocols ?? []
    if (protocols.includes('gateway.envoyproxy.io/wss') && !tls.value)
      return problem('UnsupportedProtocol', `${full} speaks wss, which is TLS: say how in spec.tls`)
    const h2c = protocols.includes('gateway.envoyproxy.io/h2c')
    // One reference, several ports: the port of the backend itself says nothing, 0.
    return ok({ port: 0, ...(h2c && { protocol: 'h2c' as const }), ...(tls.value && { tls: tls.value }) })
  },
  endpoints(reader, { namespace, name }) {
    const found = reader.get('Backend', namespace, name)
    return sortEndpoints((found?.spec.endpoints ?? []).flatMap(translateEndpoint))
  },
}

function translateEndpoint({ ip, fqdn, unix, zone }: BackendEndpoint): readonly Endpoint[] {
  if (ip) return [{ kind: 'ip', address: ip.address.toLowerCase(), port: ip.port, ...(zone !== undefined && { zone }) }]
  if (fqdn) return [{ kind: 'dns', host: fqdn.hostname.toLowerCase(), port: fqdn.port }]
  return unix ? [{ kind: 'unix', path: unix.path }] : []
}

function tlsOf(reader: Reader, namespace: string, { metadata, spec }: EnvoyBackend): Outcome<UpstreamTls | undefined> {
  const { tls } = spec
  if (!tls) return ok(undefined)
  const hostname = tls.sni ?? spec.endpoints?.find(({ fqdn }) => fqdn)?.fqdn?.hostname
  if (hostname === undefined)
    return problem(
      'UnsupportedProtocol',
      `Backend ${namespace}/${metadata.name} needs tls.sni: its endpoints have no name`,
    )
  const trust = tls.insecureSkipVerify ? ok({ kind: 'none' as const }) : resolveTrust(reader, namespace, tls)
  if (!trust.ok) return trust
  const server: UpstreamTls = { hostname, trust: trust.value, subjectAltNames: [] }
  if (!tls.clientCertificateRef) return ok(server)
  const client = resolveCertificate(reader, { group, kind: 'Backend', namespace }, tls.clientCertificateRef)
  if (!client.ok) return client
  const { chain, privateKey } = client.value
  return ok({ ...server, clientCertificate: { chain, privateKey } })
}
