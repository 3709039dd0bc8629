import type { KubeObject } from '#api'
import type { TestRequest } from '../scenario/send-request.ts'

export interface Finding {
  readonly objects: readonly KubeObject[]
  /** What was sent before, in its order: something may have been counted. */
  readonly before: readonly TestRequest[]
  /** The one that is answered differently. */
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

function* smaller(finding: Finding): Generator<Finding> {
  const { objects, before, request } = finding
  if (before.length > 0) yield { ...finding, before: [] }
  for (const fewer of without(before)) yield { ...finding, before: fewer }
  for (const fewer of without(objects)) if (fewer.length > 0) yield { ...finding, objects: fewer }
  for (const [i, object] of objects.entries())
    for (const less of object.kind === 'Secret' ? [] : smallerJson(object.spec))
      yield { ...finding, objects: objects.with(i, { ...object, spec: less } as KubeObject) }
  for (const simpler of simplerRequests(request)) yield { ...finding, request: simpler }
}

function* simplerRequests(request: TestRequest): Generator<TestRequest> {
  const [path = '', query] = request.path.split('?')
  if (query !== undefined) {
    yield { ...request, path }
    const pairs = query.split('&')
    if (pairs.length > 1) for (const fewer of without(pairs)) yield { ...request, path: `${path}?${fewer.join('&')}` }
  }
  if (request.body !== '') yield { ...request, body: '' }
  if (request.protocol !== 'h1') yield { ...request, protocol: 'h1' }
  if (request.method !== 'GET') yield { ...request, method: 'GET' }
  for (const name of Object.keys(request.headers)) {
    const { [name]: _, ...headers } = request.headers
    yield { ...request, headers }
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
      if (key === 'parentRefs' || key === 'targetRefs') continue
      const { [key]: _, ...rest } = map
      yield rest
      for (const less of smallerJson(map[key])) yield { ...map, [key]: less }
    }
  }
}
