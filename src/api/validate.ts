import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { Kind } from './kind.ts'
import { apiVersionsOf, findKind, joinApiVersion, kindNames } from './kinds.ts'
import { checkMetadata } from './metadata.ts'
import type { KubeObject } from './object.ts'
import { checkFor } from './schema/compile.ts'
import { Report } from './schema/report.ts'
import { ruleCheckFor } from './schema/rules.ts'
import { suggestion } from './schema/suggest.ts'

/**
 * The API server's verdict on a manifest, under strict field validation: either every problem, or the object
 * as it would be stored (defaults filled, converted to the kind's preferred version, namespace set, no status).
 */
export function validateObject(input: unknown): Outcome<KubeObject> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return problem('FieldValueTypeInvalid', 'must be an object with apiVersion, kind and metadata')
  }
  const { apiVersion, kind } = input as { readonly apiVersion?: unknown; readonly kind?: unknown }
  if (typeof apiVersion !== 'string')
    return problem('FieldValueRequired', 'is required and must be a string', 'apiVersion')
  if (typeof kind !== 'string') return problem('FieldValueRequired', 'is required and must be a string', 'kind')
  const found = findKind(apiVersion, kind)
  return found === undefined ? unknownKind(apiVersion, kind) : validateKnown(input, found.kind, found.version)
}

function unknownKind(apiVersion: string, kind: string): Outcome<never> {
  const served = apiVersionsOf(kind)
  if (served.length > 0) {
    return problem('UnknownKind', `${kind} is not served as ${apiVersion}; use ${served.join(' or ')}`, 'apiVersion')
  }
  return problem('UnknownKind', `no kind ${kind} in ${apiVersion}${suggestion(kind, kindNames())}`, 'kind')
}

function validateKnown(input: object, kind: Kind, version: string): Outcome<KubeObject> {
  const report = new Report()
  const given = kind.status && 'status' in input ? withoutStatus(input) : input
  const schema = kind.schemaOf(version)
  // The order is Kubernetes': prune and default, then the schema's checks, then the rules, which may rely on both.
  const checked = checkFor(schema)(given, report) as KubeObject
  const metadata = checkMetadata((given as { readonly metadata?: unknown }).metadata, kind, report)
  const apiVersion = joinApiVersion(kind.group, kind.versions[0]!)
  const object: KubeObject = { ...checked, apiVersion, kind: kind.kind, metadata }
  if (!report.blocked) {
    ruleCheckFor(schema)?.(object, report)
    kind.check?.(object, report)
  }
  if (report.problems.length > 0) return { ok: false, problems: report.problems }
  return ok(kind.complete?.(object) ?? object)
}

/** The API server keeps only what its status subresource was given. */
function withoutStatus(input: object): object {
  const { status: _, ...rest } = input as { readonly status?: unknown }
  return rest
}
