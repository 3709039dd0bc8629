/** The API server said no, or could not be reached (status 0). */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly status: number
  readonly reason: string
  /** When it may be asked again, if it said so. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, reason: string, message: string, retryAfterMs?: number) {
    super(message)
    this.status = status
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}

/** The API server answers with a Status object; proxies before it do not. @param retryAfter the field of that name, in seconds */
export function errorOfAnswer(status: number, body: string, retryAfter?: string): KubeError {
  const retryAfterMs = /^\d{1,5}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : undefined
  try {
    const { reason, message } = JSON.parse(body) as { readonly reason?: string; readonly message?: string }
    return new KubeError(status, reason ?? '', message ?? `status ${status}`, retryAfterMs)
  } catch {
    return new KubeError(status, '', `status ${status}: ${body.slice(0, 200)}`, retryAfterMs)
  }
}

/** A name may have several addresses; the error of each says which one was tried. */
export function errorOfNetwork(error: Error): KubeError {
  const errors: readonly Error[] = error instanceof AggregateError ? error.errors : [error]
  return new KubeError(0, 'Unreachable', errors.map(({ message }) => message).join(', '))
}
