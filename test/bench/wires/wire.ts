/** A way through a gateway: what clients speak to it, and what it speaks to the one endpoint behind it. */
export interface Wire {
  /** `http2` is in clear text, with prior knowledge; `https` offers h2 and http/1.1. */
  readonly client: 'http1' | 'http2' | 'https' | 'tcp' | 'udp'
  readonly backend: 'http1' | 'h2c' | 'grpc' | 'websocket' | 'tcp' | 'udp'
  /** Of the endpoint, on 127.0.0.1. */
  readonly endpoint: number
}

/** Where a subject is to serve a wire. */
export interface WireSetup {
  /** Its own, empty. */
  readonly folder: string
  /** Where it is to listen, on 127.0.0.1. */
  readonly port: number
  readonly wire: Wire
  readonly certificate: Certificate
}

/** Files in PEM; `both` has certificate and key. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly both: string
}

export interface Command {
  readonly command: string
  readonly args: readonly string[]
}
