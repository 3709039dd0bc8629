import { isDeepStrictEqual } from 'node:util'
import { type KubeObject, type ObjectMeta, preferredApiVersion, validateObject } from '#api'
import { lastApplied, type RawMeta, type RawObject, type Resource } from './resource.ts'

/** An object of the cluster in our words: the version we prefer, without what nobody here reads. */
export function readObject(resource: Resource, raw: RawObject): KubeObject {
  const { status: _, ...rest } = raw
  const object = { ...rest, apiVersion: resource.apiVersion, kind: resource.kind, metadata: readMeta(resource, raw) }
  return reduce(convert(object, resource))
}

/** Whether translation would see no difference: a status was written, or a manager signed. */
export function sameObject(a: KubeObject, b: KubeObject): boolean {
  const { metadata: aMeta, ...aRest } = a
  const { metadata: bMeta, ...bRest } = b
  return isDeepStrictEqual(aMeta, bMeta) && isDeepStrictEqual(aRest, bRest)
}

function readMeta({ kind }: Resource, { metadata }: RawObject): ObjectMeta {
  const { name, namespace, uid, generation, creationTimestamp, labels } = metadata
  const annotations = keepsAnnotations(kind) ? annotationsOf(metadata) : undefined
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(generation !== undefined && kind !== 'EndpointSlice' && { generation }),
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
  }
}

/** Of EndpointSlices they tell when a Pod moved, of ConfigMaps who leads: news without meaning, many a minute. */
function keepsAnnotations(kind: string): boolean {
  return kind !== 'EndpointSlice' && kind !== 'ConfigMap' && kind !== 'Secret'
}

function annotationsOf({ annotations }: RawMeta): Readonly<Record<string, string>> | undefined {
  if (!annotations || !(lastApplied in annotations)) return annotations
  const { [lastApplied]: _, ...rest } = annotations
  return rest
}

/** The API server has validated and filled in by its own CRDs; those of older versions may not know all of our fields. */
function convert(object: KubeObject, { apiVersion, kind }: Resource): KubeObject {
  const preferred = preferredApiVersion(apiVersion, kind)
  if (preferred === undefined || preferred === apiVersion) return object
  const validated = validateObject(object)
  return validated.ok ? validated.value : { ...object, apiVersion: preferred }
}

function reduce(object: KubeObject): KubeObject {
  switch (object.kind) {
    case 'Secret':
    case 'ConfigMap': {
      const { apiVersion, kind, metadata, type, data } = object
      return { apiVersion, kind, metadata, ...(type !== undefined && { type }), ...(isObject(data) && { data }) }
    }
    case 'EndpointSlice': {
      // Go writes empty lists as null.
      const { endpoints, ports, ...rest } = object
      return { ...rest, endpoints: endpoints ?? [], ...(Array.isArray(ports) && { ports: ports.map(namePort) }) }
    }
    case 'Namespace': {
      const { apiVersion, kind, metadata } = object
      return { apiVersion, kind, metadata }
    }
    default:
      return object
  }
}

function namePort(port: object): object {
  return { name: '', ...port }
}

/** Go writes empty maps as null. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
