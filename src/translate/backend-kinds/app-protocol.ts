import type { Backend } from '#ir'

/** What a port says about itself. */
export interface PortProtocol {
  readonly protocol?: Backend['protocol']
  /** It ends TLS, which somebody has to say how to trust. */
  readonly needsTls?: string
}

/**
 * The appProtocol of a port (GEP-1911). Names that say nothing about HTTP are left to HTTP/1.1, which also carries WebSocket.
 * Those that mean TLS say nothing of whom to trust: they work with a BackendTLSPolicy only (GEP-1911, Supporting Protocols).
 */
export function readAppProtocol(appProtocol: string | undefined): PortProtocol {
  switch (appProtocol) {
    case 'kubernetes.io/h2c':
    case 'h2c':
    case 'http2':
    case 'grpc':
      return { protocol: 'h2c' }
    case 'kubernetes.io/ws':
    case 'ws':
    case 'http':
      return { protocol: 'http1' }
    case 'kubernetes.io/wss':
    case 'wss':
      return { protocol: 'http1', needsTls: appProtocol }
    // Either version of HTTP: the kind of the route decides.
    case 'https':
      return { needsTls: appProtocol }
    default:
      return {}
  }
}
