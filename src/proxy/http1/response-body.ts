import { WRITE_CHUNKED, WRITE_EMPTY, WRITE_LENGTH, WRITE_NOTHING, WRITE_UNTIL_CLOSE } from './body-writer.ts'

/** How a response's body is written (RFC 9112 6.3). */
export function chooseBody(
  method: string,
  status: number,
  contentLength: number,
  end: boolean,
  http10: boolean,
): number {
  if (status === 204 || status === 304 || method === 'HEAD') return WRITE_NOTHING
  if (end) return WRITE_EMPTY
  if (contentLength >= 0) return WRITE_LENGTH
  return http10 ? WRITE_UNTIL_CLOSE : WRITE_CHUNKED
}

/** The field line that tells the client. RFC 9110 8.6: a 204 has none; HEAD and 304 may repeat what a GET would have had. */
export function framingLine(body: number, status: number, contentLength: number): string {
  switch (body) {
    case WRITE_LENGTH:
      return `content-length: ${contentLength}\r\n`
    case WRITE_CHUNKED:
      return 'transfer-encoding: chunked\r\n'
    case WRITE_EMPTY:
      return 'content-length: 0\r\n'
    case WRITE_NOTHING:
      return status === 204 || contentLength < 0 ? '' : `content-length: ${contentLength}\r\n`
    default:
      return ''
  }
}
