/** In place of a status: whoever wrote this would not understand an answer in HTTP/1, such as a broken HTTP/2 preface (RFC 9113 3.4). */
export const NOT_HTTP = 0

/** A message we don't take: why, and the status a client is told. Thrown by the parsers, caught by the connections. */
export class Fault extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
