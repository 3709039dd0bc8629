import type { KubeObject } from '#api'
import type { TestRequest } from '../scenario/send-request.ts'

export interface Finding {
  readonly routes: readonly KubeObject[]
  readonly request: TestRequest
}

/** Takes away what is not needed for `fails`, one piece after the other, as long as there is time. */
export async function shrink(
  found: Finding,
  fails: (finding: Finding) => Promise<boolean>,
  until: number,
): Promise<Finding> {
  let best = found
  for (let isSmaller = true; isSmaller && Date.now() < until; ) {
    isSmaller = false
    for (const candidate of smaller(best)) {
      if (Date.now() > until) break
      if (!(await fails(candidate))) continue
      best = candidate
      isSmaller = true
      break
    }
  }
  return best
}

function* smaller({ routes, request }: Finding): Generator<Finding> {
  for (const fewer of without(routes)) if (fewer.length > 0) yield { routes: fewer, request }
  for (const [i, route] of routes.entries())
    for (const less of smallerJson(route.spec))
      yield { request, routes: routes.with(i, { ...route, spec: less } as KubeObject) }
  const [path = '', query] = request.path.split('?')
  if (query !== undefined) yield { routes, request: { ...request, path } }
  if (request.body !== '') yield { routes, request: { ...request, body: '' } }
  if (request.protocol !== 'h1') yield { routes, request: { ...request, protocol: 'h1' } }
  if (request.method !== 'GET') yield { routes, request: { ...request, method: 'GET' } }
  for (const name of Object.keys(request.headers)) {
    const { [name]: _, ...headers } = request.headers
    yield { routes, request: { ...request, headers } }
  }
}

function* without<T>(list: readonly T[]): Generator<T[]> {
  for (let i = 0; i < list.length; i++) yield list.toSpliced(i, 1)
}

/** The value with one key or entry less, somewhere in it. */
function* smallerJson(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    yield* without(value)
    for (const [i, one] of value.entries()) for (const less of smallerJson(one)) yield value.with(i, less)
  } else if (typeof value === 'object' && value !== null) {
    const map = value as Readonly<Record<string, unknown>>
    for (const key of Object.keys(map)) {
      if (key === 'parentRefs') continue
      const { [key]: _, ...rest } = map
      yield rest
      for (const less of smallerJson(map[key])) yield { ...map, [key]: less }
    }
  }
}
