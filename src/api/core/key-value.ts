import { Buffer } from 'node:buffer'
import type { Kind } from '../kind.ts'
import type { KubeObject } from '../object.ts'
import { dns1123SubdomainFaults } from '../schema/names.ts'
import { type Report, show } from '../schema/report.ts'
import { BASE64_MAP, BOOLEAN, root, STRING_MAP } from './schema-words.ts'
import type { ConfigMap, Secret } from './types.ts'

const MAX_BYTES = 1024 * 1024

type Data = Readonly<Record<string, string>>
type SecretInput = Secret & { readonly stringData?: Data }

const SECRET_SCHEMA = root({
  type: { type: 'string', default: 'Opaque' },
  data: BASE64_MAP,
  stringData: STRING_MAP,
  immutable: BOOLEAN,
})

const CONFIG_MAP_SCHEMA = root({ data: STRING_MAP, binaryData: BASE64_MAP, immutable: BOOLEAN })

function checkSecret(object: KubeObject, report: Report): void {
  const secret = object as SecretInput
  checkKeys('stringData', secret.stringData, report)
  checkKeys('data', secret.data, report)
  const data = mergedData(secret) ?? {}
  checkSize(data, 'base64', report)
  if (secret.type !== 'kubernetes.io/tls') return
  for (const key of ['tls.crt', 'tls.key']) {
    if (!Object.hasOwn(data, key))
      report.add('FieldValueRequired', 'is required for type kubernetes.io/tls', ['data', key])
  }
}

function checkConfigMap(object: KubeObject, report: Report): void {
  const { data = {}, binaryData = {} } = object as ConfigMap
  checkKeys('data', data, report)
  checkKeys('binaryData', binaryData, report)
  for (const key of Object.keys(binaryData)) {
    if (Object.hasOwn(data, key))
      report.add('FieldValueInvalid', `${show(key)} is a key of data, too`, ['binaryData', key])
  }
  checkSize(data, 'utf8', report)
}

/** Keys may become file names. */
function checkKeys(field: string, data: Data | undefined, report: Report): void {
  for (const key of Object.keys(data ?? {})) {
    if (key.length > 253 || !/^[-._a-zA-Z0-9]+$/.test(key) || key === '.' || key.startsWith('..')) {
      report.add('FieldValueInvalid', `key ${show(key)} must be up to 253 letters, digits, '-', '_' and '.'`, [
        field,
        key,
      ])
    }
  }
}

function checkSize(data: Data, encoding: 'base64' | 'utf8', report: Report): void {
  const bytes = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, encoding), 0)
  if (bytes > MAX_BYTES)
    report.add('FieldValueTooLong', `must have at most ${MAX_BYTES} bytes in all, but has ${bytes}`, ['data'])
}

/** stringData is for writing only: its values win over those of data. */
function mergedData({ data, stringData }: SecretInput): Data | undefined {
  if (stringData === undefined) return data
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const)
  return { ...data, ...Object.fromEntries(encoded) }
}

function completeSecret(object: KubeObject): KubeObject {
  const secret = object as SecretInput
  if (secret.stringData === undefined) return object
  const { stringData: _, ...rest } = secret
  return { ...rest, data: mergedData(secret) } as KubeObject
}

const base = { group: '', namespaced: true, status: false, versions: ['v1'], nameFaults: dns1123SubdomainFaults }

export const SECRET: Kind = {
  ...base,
  kind: 'Secret',
  schemaOf: () => SECRET_SCHEMA,
  check: checkSecret,
  complete: completeSecret,
}

export const CONFIG_MAP: Kind = {
  ...base,
  kind: 'ConfigMap',
  schemaOf: () => CONFIG_MAP_SCHEMA,
  check: checkConfigMap,
}
