import type { ObjectMeta } from './object.ts'
import { dns1123LabelFaults, labelValueFaults, qualifiedNameFaults } from './schema/names.ts'
import { type Report, show } from './schema/report.ts'
import { suggestion } from './schema/suggest.ts'

/** The namespace of an object that names none, as kubectl has it. */
export const DEFAULT_NAMESPACE = 'default'

const FIELDS: readonly string[] = [
  ...['name', 'namespace', 'labels', 'annotations', 'generateName', 'uid', 'generation', 'creationTimestamp'],
  ...['resourceVersion', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers'],
  ...['managedFields', 'selfLink'],
]
const KNOWN: ReadonlySet<string> = new Set(FIELDS)

const MAX_ANNOTATION_BYTES = 256 * 1024

export interface MetadataRules {
  readonly namespaced: boolean
  readonly nameFaults: (name: string) => readonly string[]
}

/** Judges `metadata`; returns it with the namespace filled in and nulls left out. */
export function checkMetadata(value: unknown, rules: MetadataRules, report: Report): ObjectMeta {
  return report.within('metadata', () => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      report.add('FieldValueRequired', 'is required, with at least a name')
      return { name: '' }
    }
    const result: Record<string, unknown> = {}
    for (const [name, given] of Object.entries(value)) {
      if (!KNOWN.has(name)) report.add('FieldUnknown', `no such field here${suggestion(name, FIELDS)}`, [name])
      else if (given !== null) result[name] = given
    }
    checkName(result, rules, report)
    checkNamespace(result, rules.namespaced, report)
    checkLabels(result.labels, report)
    checkAnnotations(result.annotations, report)
    return result as unknown as ObjectMeta
  })
}

function checkName(metadata: Readonly<Record<string, unknown>>, rules: MetadataRules, report: Report): void {
  const { name } = metadata
  if (name === undefined || name === '') report.add('FieldValueRequired', 'is required', ['name'])
  else if (typeof name !== 'string') {
    report.add('FieldValueTypeInvalid', `must be a string (put it in quotes), but is ${show(name)}`, ['name'])
  } else for (const fault of rules.nameFaults(name)) report.add('FieldValueInvalid', `${show(name)} ${fault}`, ['name'])
}

function checkNamespace(metadata: Record<string, unknown>, namespaced: boolean, report: Report): void {
  const { namespace } = metadata
  if (!namespaced) {
    if (namespace !== undefined && namespace !== '') {
      report.add('FieldValueForbidden', 'objects of this kind belong to no namespace; leave it out', ['namespace'])
    }
    delete metadata.namespace
    return
  }
  if (namespace === undefined || namespace === '') metadata.namespace = DEFAULT_NAMESPACE
  else if (typeof namespace !== 'string') {
    report.add('FieldValueTypeInvalid', `must be a string (put it in quotes), but is ${show(namespace)}`, ['namespace'])
  } else {
    for (const fault of dns1123LabelFaults(namespace)) {
      report.add('FieldValueInvalid', `${show(namespace)} ${fault}`, ['namespace'])
    }
  }
}

/** Labels of an object, and of everything that selects by them. */
export function checkLabels(labels: unknown, report: Report): void {
  for (const [key, value] of stringEntries(labels, 'labels', report)) {
    for (const fault of qualifiedNameFaults(key))
      report.add('FieldValueInvalid', `key ${show(key)} ${fault}`, ['labels'])
    for (const fault of labelValueFaults(value)) {
      report.add('FieldValueInvalid', `${show(value)} ${fault}`, ['labels', key])
    }
  }
}

function checkAnnotations(annotations: unknown, report: Report): void {
  let bytes = 0
  for (const [key, value] of stringEntries(annotations, 'annotations', report)) {
    for (const fault of qualifiedNameFaults(key.toLowerCase())) {
      report.add('FieldValueInvalid', `key ${show(key)} ${fault}`, ['annotations'])
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > MAX_ANNOTATION_BYTES) {
    report.add('FieldValueTooLong', `must have at most ${MAX_ANNOTATION_BYTES} bytes in all, but has ${bytes}`, [
      'annotations',
    ])
  }
}

function stringEntries(map: unknown, field: string, report: Report): readonly (readonly [string, string])[] {
  if (map === undefined) return []
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    report.add('FieldValueTypeInvalid', 'must be an object of strings', [field])
    return []
  }
  const entries = Object.entries(map)
  for (const [key, value] of entries) {
    if (typeof value !== 'string') {
      report.add('FieldValueTypeInvalid', `must be a string (put it in quotes), but is ${show(value)}`, [field, key])
    }
  }
  return entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
}
