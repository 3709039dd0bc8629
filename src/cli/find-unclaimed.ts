import type { KubeObject, ObjectKey, ParentReference } from '#api'
import { objectKey } from '#api'
import { suggestWord } from './suggest.ts'

/** A reference upwards that leads nowhere: nobody gives such an object a status, so nobody else says it. */
export interface Unclaimed {
  readonly key: ObjectKey
  readonly path: string
  readonly message: string
}

/** Gateways of no GatewayClass, and routes and ListenerSets of no Gateway, as far as the objects tell. */
export function findUnclaimed(objects: ReadonlyMap<ObjectKey, KubeObject>): readonly Unclaimed[] {
  const found: Unclaimed[] = []
  for (const [key, object] of objects) {
    for (const { path, target, label } of targetsOf(object)) {
      if (!objects.has(target)) found.push({ key, path, message: `${label} does not exist${hint(target, objects)}` })
    }
  }
  return found
}

/** One line, in the manner of `formatStatus`. */
export function formatUnclaimed({ key, path, message }: Unclaimed): string {
  const [kind, ...name] = key.split('/')
  return `${kind} ${name.join('/')}: not served: ${path}: ${message}`
}

interface Target {
  readonly path: string
  readonly target: ObjectKey
  readonly label: string
}

const gatewayGroup = 'gateway.networking.k8s.io'

function targetsOf({ kind, metadata, spec }: KubeObject): readonly Target[] {
  const { gatewayClassName, parentRef, parentRefs } = (spec ?? {}) as {
    readonly gatewayClassName?: string
    readonly parentRef?: ParentReference
    readonly parentRefs?: readonly ParentReference[]
  }
  const namespace = metadata.namespace ?? ''
  if (kind === 'Gateway' && gatewayClassName !== undefined) {
    const target = objectKey('GatewayClass', '', gatewayClassName)
    return [{ path: 'spec.gatewayClassName', target, label: `GatewayClass ${gatewayClassName}` }]
  }
  if (kind === 'ListenerSet' && parentRef !== undefined) return parent(parentRef, namespace, 'spec.parentRef')
  if (!kind.endsWith('Route')) return []
  return (parentRefs ?? []).flatMap((ref, index) => parent(ref, namespace, `spec.parentRefs[${index}]`))
}

/** Routes may have parents of other kinds, such as Services; those are not for us to miss. */
function parent(ref: ParentReference, home: string, path: string): readonly Target[] {
  const { group = gatewayGroup, kind = 'Gateway', namespace = home, name } = ref
  if (group !== gatewayGroup || (kind !== 'Gateway' && kind !== 'ListenerSet')) return []
  return [{ path, target: objectKey(kind, namespace, name), label: `${kind} ${namespace}/${name}` }]
}

/** The name that was probably meant, or the namespace. */
function hint(target: ObjectKey, objects: ReadonlyMap<ObjectKey, KubeObject>): string {
  const [kind, namespace, name] = target.split('/') as [string, string, string]
  const alike = [...objects.values()].filter((one) => one.kind === kind)
  const beside = alike.filter(({ metadata }) => (metadata.namespace ?? '') === namespace)
  const near = suggestWord(
    name,
    beside.map(({ metadata }) => metadata.name),
  )
  if (near !== undefined) return `; did you mean ${near}?`
  const elsewhere = alike.find(({ metadata }) => metadata.name === name)
  if (elsewhere !== undefined) return `; there is one in the namespace ${elsewhere.metadata.namespace}`
  return ''
}
