import { CORE_KINDS } from './core/index.ts'
import { GENERATED_KINDS } from './generated/kinds.ts'
import { OWN_KINDS } from './generated/own-kinds.ts'
import type { GeneratedKind, Kind } from './kind.ts'
import { linkSchemas } from './schema/link.ts'
import { dns1123SubdomainFaults } from './schema/names.ts'
import type { Schema } from './schema/schema.ts'

const kinds: ReadonlyMap<string, Kind> = new Map(
  [...[...GENERATED_KINDS, ...OWN_KINDS].map(fromGenerated), ...CORE_KINDS].map((kind) => [
    `${kind.group}/${kind.kind}`,
    kind,
  ]),
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

/** The `apiVersion` that objects of this kind are converted to; undefined for kinds and versions that we don't know. */
export function preferredApiVersion(apiVersion: string, kind: string): string | undefined {
  const found = findKind(apiVersion, kind)
  return found && joinApiVersion(found.kind.group, found.kind.versions[0]!)
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
