import { createHash } from 'node:crypto'
import type { Session } from '#ir'
import { parseDuration } from '#kit/duration.ts'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { RuleSlot, RuleSlotScope } from '#translate'
import { cookiePath } from './cookie-path.ts'

/** Both shapes: `sessionName`, `type` and `cookieConfig` of v1.6, and `cookie` or `header` that follow it. */
interface SessionPersistenceSpec {
  readonly type?: string
  readonly sessionName?: string
  readonly absoluteTimeout?: string
  readonly cookieConfig?: { readonly lifetimeType?: string }
  readonly cookie?: { readonly name?: string; readonly path?: string; readonly lifetimeType?: string }
  readonly header?: { readonly name?: string }
}

// RFC 9110 5.6.2; also what RFC 6265 4.1.1 asks of a cookie's name.
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// RFC 6265 4.1.1: path-value ends at a semicolon.
const cookiePathText = /^\/[\x20-\x3a\x3c-\x7e]*$/

export const sessionPersistence = {
  field: 'sessionPersistence',
  translate(spec: SessionPersistenceSpec, scope) {
    const { type = spec.header ? 'Header' : 'Cookie' } = spec
    const timeout = parseDuration(spec.absoluteTimeout ?? '0s', `${scope.path}.absoluteTimeout`)
    if (!timeout.ok) return timeout
    const name = spec.cookie?.name ?? spec.header?.name ?? spec.sessionName ?? defaultName(scope)
    if (!token.test(name)) {
      const message = `"${name}" can't be the name of a cookie or header: letters, digits and - _ . are safe`
      return problem('UnsupportedValue', message, `${scope.path}.sessionName`)
    }
    const session =
      type === 'Cookie'
        ? cookieSession(spec, scope, name, timeout.value)
        : type === 'Header'
          ? headerSession(name, timeout.value)
          : problem('UnsupportedValue', `session persistence by "${type}" is not known here`, `${scope.path}.type`)
    return session.ok ? ok({ session: session.value }) : session
  },
} satisfies RuleSlot

function cookieSession(
  spec: SessionPersistenceSpec,
  scope: RuleSlotScope,
  name: string,
  absoluteTimeoutMs: number,
): Outcome<Session> {
  const written = spec.cookie?.lifetimeType ?? spec.cookieConfig?.lifetimeType ?? 'Session'
  const lifetime = written === 'Session' ? 'session' : written === 'Permanent' ? 'permanent' : undefined
  if (lifetime === undefined) {
    return problem(
      'UnsupportedValue',
      `lifetimeType "${written}" is neither Session nor Permanent`,
      `${scope.path}.cookieConfig.lifetimeType`,
    )
  }
  // CookieConfig.lifetimeType: the timeout is what a permanent cookie lasts, so it is required there.
  if (lifetime === 'permanent' && absoluteTimeoutMs === 0) {
    const message = 'a Permanent cookie lasts as long as absoluteTimeout says; set it, or use Session'
    return problem('UnsupportedValue', message, `${scope.path}.absoluteTimeout`)
  }
  const path = spec.cookie?.path ?? cookiePath(scope.matches)
  if (!cookiePathText.test(path)) {
    return problem('UnsupportedValue', `"${path}" can't be the path of a cookie`, `${scope.path}.cookie.path`)
  }
  return ok({ kind: 'cookie', name, lifetime, absoluteTimeoutMs, path })
}

function headerSession(name: string, absoluteTimeoutMs: number): Outcome<Session> {
  return ok({ kind: 'header', name: name.toLowerCase(), lifetime: 'session', absoluteTimeoutMs, path: '' })
}

/** The same for ever, and another for each rule: rules that share a host must not overwrite each other's sessions. */
function defaultName({ origin, rule }: RuleSlotScope): string {
  const place = `${origin.kind}/${origin.namespace}/${origin.name}/${rule}`
  return `headgate-${createHash('sha256').update(place).digest('hex').slice(0, 8)}`
}
