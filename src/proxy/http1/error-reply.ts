import { STATUS_CODES } from 'node:http'
import type { StreamError } from '../stream.ts'

/**
 * A whole answer of the codec itself; the connection closes behind it.
 * @param headOnly to HEAD, which has no content, though its length is told (RFC 9110 9.3.2)
 */
export function errorReply(status: number, message: string, headOnly = false): string {
  const body = `${message}\n`
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: text/plain\r\n` +
    `content-length: ${body.length}\r\nconnection: close\r\n\r\n${headOnly ? '' : body}`
  )
}

/** The end of an exchange whose client has left. */
export function peerGone(error: Error | undefined): StreamError {
  if (error === undefined)
    return { code: 'peer_closed', message: 'the client closed the connection', unprocessed: false }
  return { code: 'peer_reset', message: error.message, unprocessed: false }
}
