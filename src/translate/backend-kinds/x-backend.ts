import type { XBackend } from '#api'
import type { Backend, UpstreamTls } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { BackendKind } from '../backend-ref.ts'
import { resolveCertificate } from '../certificate-refs.ts'
import type { Reader } from '../reader.ts'
import { translateValidation } from './upstream-tls.ts'

const group = 'gateway.networking.x-k8s.io'

/** Gateway API's XBackend (GEP-4894): a host outside, reached by name. */
export const xBackend: BackendKind = {
  group,
  kind: 'XBackend',
  describe(reader, { namespace, name, port, carries }) {
    const found = reader.get('XBackend', namespace, name)
    const full = `XBackend ${namespace}/${name}`
    if (!found) return problem('BackendNotFound', `${full} does not exist`)
    const own = found.spec.port.port
    if (port !== undefined && port !== own)
      return problem('BackendNotFound', `${full} has port ${own}, not ${port}: leave the port out or correct it`)
    const protocol = carries === 'http' ? protocolOf(found) : ok(undefined)
    if (!protocol.ok) return protocol
    const tls = tlsOf(reader, namespace, found)
    if (!tls.ok) return tls
    return ok({ port: own, ...(protocol.value && { protocol: protocol.value }), ...(tls.value && { tls: tls.value }) })
  },
  endpoints(reader, { namespace, name }) {
    const spec = reader.get('XBackend', namespace, name)?.spec
    if (!spec?.externalHostname) return []
    return [{ kind: 'dns', host: spec.externalHostname.hostname, port: spec.port.port }]
  },
}

function protocolOf({ spec, metadata }: XBackend): Outcome<Backend['protocol'] | undefined> {
  switch (spec.protocol) {
    case undefined:
      return ok(undefined)
    // MCP's transport is plain HTTP; nothing about the connection differs.
    case 'HTTP':
    case 'HTTP11':
    case 'MCP':
      return ok('http1')
    case 'HTTP2':
    case 'H2C':
      return ok('h2c')
    default:
      return problem('UnsupportedProtocol', `XBackend ${metadata.name} speaks ${spec.protocol}, which carries no HTTP`)
  }
}

function tlsOf(reader: Reader, namespace: string, { metadata, spec }: XBackend): Outcome<UpstreamTls | undefined> {
  const { tls } = spec
  if (!tls || tls.mode === 'None') return ok(undefined)
  if (!tls.validation)
    return problem('InvalidCACertificateRef', `XBackend ${metadata.name} asks for TLS without tls.validation`)
  const server = translateValidation(reader, namespace, tls.validation)
  if (!server.ok || tls.mode === 'ServerOnly') return server
  if (!tls.clientCertificateRef)
    return problem('InvalidClientCertificateRef', `XBackend ${metadata.name} names no tls.clientCertificateRef`)
  const client = resolveCertificate(reader, { group, kind: 'XBackend', namespace }, tls.clientCertificateRef)
  if (!client.ok) return client
  const { chain, privateKey } = client.value
  return ok({ ...server.value, clientCertificate: { chain, privateKey } })
}
