import { isUtf8 } from 'node:buffer'
import { MessageWriter } from './protobuf.ts'

/** What envoy.service.auth.v3.CheckRequest says about a request, as far as we fill it. */
export interface CheckRequest {
  readonly source: Peer
  readonly destination: Peer
  /** '' when none. */
  readonly sni: string
  readonly context: readonly (readonly [name: string, value: string])[]
  readonly http: {
    readonly id: string
    readonly method: string
    /** Names lower case, unique. */
    readonly headers: ReadonlyMap<string, string>
    /** With its query. */
    readonly path: string
    readonly host: string
    readonly scheme: string
    /** -1: not known. */
    readonly size: number
    readonly protocol: string
    readonly body: Uint8Array
  }
}

export interface Peer {
  readonly address: string
  readonly port: number
}

/** Field numbers: envoy/service/auth/v3/{external_auth,attribute_context}.proto and envoy/config/core/v3/address.proto. */
export function encodeCheckRequest({ source, destination, sni, context, http }: CheckRequest): Uint8Array {
  const request = new MessageWriter().text(1, http.id).text(2, http.method)
  for (const [name, value] of http.headers) request.message(3, new MessageWriter().text(1, name).text(2, value))
  request.text(4, http.path).text(5, http.host).text(6, http.scheme).integer(9, http.size).text(10, http.protocol)
  // `body` is a string and must be UTF-8; what is not goes into `raw_body`.
  request.bytes(isUtf8(http.body) ? 11 : 12, http.body)

  const attributes = new MessageWriter()
    .message(1, encodePeer(source))
    .message(2, encodePeer(destination))
    .message(4, new MessageWriter().message(2, request))
  for (const [name, value] of context) attributes.message(10, new MessageWriter().text(1, name).text(2, value))
  if (sni !== '') attributes.message(12, new MessageWriter().text(1, sni))
  return new MessageWriter().message(1, attributes).finish()
}

/** Peer.address.socket_address.{address, port_value} */
function encodePeer({ address, port }: Peer): MessageWriter {
  const socketAddress = new MessageWriter().text(2, address).integer(3, port)
  return new MessageWriter().message(1, new MessageWriter().message(1, socketAddress))
}
