/** The API server said no, or could not be reached (status 0). */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

/** The API server answers with a Status object; proxies before it do not. */
export function errorOfAnswer(status: number, body: string): KubeError {
  try {
    const { reason, message } = JSON.parse(body) as { readonly reason?: string; readonly message?: string }
    return new KubeError(status, reason ?? '', message ?? `status ${status}`)
  } catch {
    return new KubeError(status, '', `status ${status}: ${body.slice(0, 200)}`)
  }
}

/** A name may have several addresses; the error of each says which one was tried. */
export function errorOfNetwork(error: Error): KubeError {
  const errors: readonly Error[] = error instanceof AggregateError ? error.errors : [error]
  return new KubeError(0, 'Unreachable', errors.map(({ message }) => message).join(', '))
}
