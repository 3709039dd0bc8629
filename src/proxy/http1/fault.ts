/** A message we don't take: why, and the status a client is told. Thrown by the parsers, caught by the connections. */
export class Fault extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
