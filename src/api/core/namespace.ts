import type { Kind } from '../kind.ts'
import type { KubeObject } from '../object.ts'
import { dns1123LabelFaults } from '../schema/names.ts'
import { ANY, object, root } from './schema-words.ts'

const SCHEMA = root({ spec: object({ finalizers: ANY }) })

/** Every namespace carries its name as a label, so that selectors can name it. */
function complete(object: KubeObject): KubeObject {
  const { metadata } = object
  return {
    ...object,
    metadata: { ...metadata, labels: { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name } },
  }
}

export const NAMESPACE: Kind = {
  group: '',
  kind: 'Namespace',
  namespaced: false,
  status: true,
  versions: ['v1'],
  schemaOf: () => SCHEMA,
  nameFaults: dns1123LabelFaults,
  complete,
}
