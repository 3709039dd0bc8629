import { readFileSync } from 'node:fs'
import { isKnownKind, isNamespacedKind, type KubeObject, type ObjectKey, validateObject } from '#api'
import { readDocument } from '#files'

const rules = { validate: validateObject, isKnownKind, isNamespaced: isNamespacedKind }

/** The objects of a file of YAML, validated, defaults filled in. Scenarios are about valid objects: a mistake throws. */
export function readObjects(file: string): Map<ObjectKey, KubeObject> {
  const objects = new Map<ObjectKey, KubeObject>()
  for (const text of readFileSync(file, 'utf8').split(/^---$/m)) {
    const { objects: found, broken, ignored } = readDocument(text, rules)
    const problems = broken.flatMap((one) => one.problems.map(({ path, message }) => `${one.key} ${path}: ${message}`))
    if (problems.length > 0) throw new Error(`${file}: ${problems.join('\n')}`)
    if (ignored.length > 0) throw new Error(`${file}: not read: ${ignored.join(', ')}`)
    for (const { key, object } of found) objects.set(key, withGeneration(object))
  }
  return objects
}

function withGeneration(object: KubeObject): KubeObject {
  return { ...object, metadata: { generation: 1, ...object.metadata } }
}
