import type { KubeObject } from './object.ts'
import type { Report } from './schema/report.ts'
import type { Schema } from './schema/schema.ts'

/** A kind as scripts/generate-api.ts writes it down; `schema` is text until the first object of the kind comes. */
export interface GeneratedKind {
  readonly group: string
  readonly kind: string
  readonly namespaced: boolean
  /** Its status is written apart from the rest: what a manifest says there is ignored. */
  readonly status: boolean
  /** The preferred version first; objects of the others are converted to it. */
  readonly versions: readonly string[]
  readonly schema: string
}

/** Everything we need to judge objects of one kind. */
export interface Kind extends Omit<GeneratedKind, 'schema'> {
  readonly schemaOf: (version: string) => Schema
  readonly nameFaults: (name: string) => readonly string[]
  /** Checks that no schema can express. */
  readonly check?: (object: KubeObject, report: Report) => void
  /** What the API server adds or moves when it stores a valid object. */
  readonly complete?: (object: KubeObject) => KubeObject
}
