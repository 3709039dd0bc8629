import { CORE_KINDS } from './core/index.ts'
import { GENERATED_KINDS } from './generated/kinds.ts'
import type { KubeObject } from './object.ts'
import { linkSchemas } from './schema/link.ts'
import { dns1123SubdomainFaults } from './schema/names.ts'
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

const kinds: ReadonlyMap<string, Kind> = new Map(
  [...GENERATED_KINDS.map(fromGenerated), ...CORE_KINDS].map((kind) => [`${kind.group}/${kind.kind}`, kind]),
)

/** The kind and version that `apiVersion` and `kind` name; undefined when we don't know it or don't serve that version. */
export function findKind(
  apiVersion: string,
  kind: string,
): { readonly kind: Kind; readonly version: string } | undefined {
  const { group, version } = splitApiVersion(apiVersion)
  const found = kinds.get(`${group}/${kind}`)
  return found?.versions.includes(version) ? { kind: found, version } : undefined
}

/** Whether objects of this kind are ours to judge; others in a folder are left alone. */
export function isKnownKind(apiVersion: string, kind: string): boolean {
  return findKind(apiVersion, kind) !== undefined
}

/** Whether objects of this kind live in a namespace; true for kinds that we don't know. */
export function isNamespacedKind(apiVersion: string, kind: string): boolean {
  return findKind(apiVersion, kind)?.kind.namespaced ?? true
}

/** `apiVersion` values of all kinds with this name, for hints. */
export function apiVersionsOf(kind: string): readonly string[] {
  return [...kinds.values()]
    .filter((known) => known.kind === kind)
    .flatMap((known) => known.versions.map((version) => joinApiVersion(known.group, version)))
}

export function kindNames(): readonly string[] {
  return [...kinds.values()].map(({ kind }) => kind)
}

export function joinApiVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`
}

function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/')
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

function fromGenerated({ schema, ...rest }: GeneratedKind): Kind {
  let schemas: ReadonlyMap<string, Schema> | undefined
  const schemaOf = (version: string): Schema => {
    schemas ??= linkSchemas(schema)
    return schemas.get(version)!
  }
  return { ...rest, schemaOf, nameFaults: dns1123SubdomainFaults }
}
