import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, ObjectKey } from '#api'
import type { RawMeta, RawObject, Resource } from './resource.ts'

/** What a status writer has to know of an object: where it is, at which version it was seen, and what its status says. */
export interface ObjectHead extends KubeObject {
  readonly metadata: RawMeta
}

interface Entry {
  readonly resource: Resource
  readonly head: ObjectHead
}

/** Statuses and versions of the objects whose statuses we write; their specs are kept elsewhere. */
export class ObjectHeads {
  readonly #entries = new Map<ObjectKey, Entry>()

  /** @returns whether the status is another one than before */
  put(key: ObjectKey, resource: Resource, { metadata, status }: RawObject): boolean {
    const before = this.#entries.get(key)
    const { name, namespace, uid, resourceVersion, generation } = metadata
    const head: ObjectHead = {
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        ...(uid !== undefined && { uid }),
        ...(resourceVersion !== undefined && { resourceVersion }),
        ...(generation !== undefined && { generation }),
      },
      ...(status !== undefined && { status }),
    }
    this.#entries.set(key, { resource, head })
    return before !== undefined && !isDeepStrictEqual(before.head.status, status)
  }

  delete(key: ObjectKey): void {
    this.#entries.delete(key)
  }

  get(key: ObjectKey): Entry | undefined {
    return this.#entries.get(key)
  }
}
