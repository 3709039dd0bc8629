import type { Schema } from '../schema/schema.ts'

/** Short words for the hand-written schemas of this folder. */

/** A field that is known but not read here: anything may stand in it. */
export const ANY: Schema = { preserveUnknown: true }
export const STRING: Schema = { type: 'string' }
export const BOOLEAN: Schema = { type: 'boolean' }
export const STRING_MAP: Schema = { type: 'object', additionalProperties: STRING }
export const BASE64_MAP: Schema = { type: 'object', additionalProperties: { type: 'string', format: 'byte' } }

export function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, required }
}

export function list(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more }
}

export function port(minimum = 1): Schema {
  return { type: 'integer', minimum, maximum: 65535 }
}

/** Known fields of the API that we carry without reading. */
export function unread(...names: readonly string[]): Readonly<Record<string, Schema>> {
  return Object.fromEntries(names.map((name) => [name, ANY]))
}

/** A whole object: the fields every object has, and its own. */
export function root(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return object({ apiVersion: STRING, kind: STRING, metadata: ANY, ...properties }, required)
}
