import type { PlaneRefusal } from '#ir'
import type { Topic } from './dependencies.ts'

/**
 * The policies whose copy of a backend a plane refuses, as topics: a policy's copy says so at the end of its key (see
 * `resolveBackend`), `…/by BackendTrafficPolicy default/a`, merged ones `… default/a over default/b`, and one of its own
 * backends `… default/a at jwt.providers[0]`.
 */
export function policiesRefused({ backend = '' }: PlaneRefusal): readonly Topic[] {
  const [, kind = '', names = ''] = /\/by (\w+) (.+?)(?: at .+)?$/.exec(backend) ?? []
  return names.split(' over ').flatMap((name) => (name === '' ? [] : [`${kind}/${name}`]))
}
