import type { Session } from '#ir'
import { duration, type Message, typed } from '../message.ts'

/** Settings of the stateful session filter on a route. */
export function buildSession(session: Session): Message {
  return typed('envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute', {
    stateful_session: {
      session_state: session.kind === 'cookie' ? cookieState(session) : headerState(session.name),
    },
  })
}

function cookieState({ name, path, lifetime, absoluteTimeoutMs }: Session): Message {
  return {
    name: 'envoy.http.stateful_session.cookie',
    typed_config: typed('envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState', {
      cookie: {
        name,
        path,
        // Only a cookie that outlives the browser has an end that Envoy can check.
        ...(lifetime === 'permanent' && absoluteTimeoutMs > 0 && { ttl: duration(absoluteTimeoutMs) }),
        attributes: [{ name: 'SameSite', value: 'Lax' }],
      },
    }),
  }
}

function headerState(name: string): Message {
  return {
    name: 'envoy.http.stateful_session.header',
    typed_config: typed('envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState', { name }),
  }
}
