import type { BackendKey } from './backend.ts'
import type { ListenerKey } from './listener.ts'
import type { Route } from './route.ts'
import type { StreamRoute } from './stream-route.ts'

/** @returns `namespace/name` of the Gateway: every key of a listener begins with it */
export function gatewayOfListener(key: ListenerKey): string {
  return key.slice(0, key.indexOf('/', key.indexOf('/') + 1))
}

/**
 * The backends that a route sends anything to: its shares, and what its filters ask. Filter nodes are the features' own; they
 * name a backend in a field called `backend`, at any depth.
 */
export function backendsOf(route: Route | StreamRoute): ReadonlySet<BackendKey> {
  const found = new Set<BackendKey>()
  if ('serverNames' in route) collect(route.to, found)
  else {
    collect(route.filters, found)
    if (route.action.kind === 'forward') collect(route.action.to, found)
  }
  return found
}

function collect(value: unknown, found: Set<BackendKey>): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found)
    return
  }
  for (const [name, item] of Object.entries(value)) {
    if (name === 'backend' && typeof item === 'string') found.add(item)
    else collect(item, found)
  }
}
