import { createSecureContext, getCACertificates, type SecureContext, setDefaultCACertificates } from 'node:tls'
import type { UpstreamTls } from '#ir'

const contexts = new WeakMap<UpstreamTls, SecureContext>()

/** Whom we trust and who we are, parsed once for all connections to a backend. */
export function secureContextOf(tls: UpstreamTls): SecureContext {
  const known = contexts.get(tls)
  if (known) return known
  const { trust, clientCertificate } = tls
  if (trust.kind === 'system') trustPlatform()
  const context = createSecureContext({
    ...(trust.kind === 'bundle' && { ca: trust.pem }),
    ...(clientCertificate && { cert: clientCertificate.chain, key: clientCertificate.privateKey.reveal() }),
  })
  contexts.set(tls, context)
  return context
}

let trusted = false

/**
 * The runtime brings authorities of its own, but "System" means those that the machine's administrator chose, and what
 * NODE_EXTRA_CA_CERTS adds. They are set as this thread's default: the others all name their bundle, and a store that is shared
 * is parsed once. A machine without any (a bare container) gets those of the runtime.
 */
function trustPlatform(): void {
  if (trusted) return
  trusted = true
  const system = getCACertificates('system')
  if (system.length > 0) setDefaultCACertificates([...system, ...getCACertificates('extra')])
}
