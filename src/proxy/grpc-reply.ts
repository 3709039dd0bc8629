import { grpcStatusOf } from '#ir'
import type { Reply } from './filter.ts'

/**
 * A refusal in the words of gRPC: HTTP 200, and the status in the head alone, because nothing else comes ("Trailers-Only" in
 * gRPC over HTTP/2). Other fields of the reply stay.
 */
export function grpcReply({ status, fields, why, told = why }: Reply): Reply {
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] !== 'content-type') kept.push(fields[i]!, fields[i + 1]!)
  }
  const { code } = grpcStatusOf(status)
  kept.push('content-type', 'application/grpc', 'grpc-status', String(code), 'grpc-message', encodeMessage(told))
  return { status: 200, fields: kept, body: '', why }
}

/** gRPC over HTTP/2, Status-Message: UTF-8, with everything but visible ASCII and blanks percent-encoded. */
export function encodeMessage(message: string): string {
  return message.replace(/[^ -$&-~]+/gu, (odd) =>
    Array.from(Buffer.from(odd), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}
