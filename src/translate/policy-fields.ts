import type { Problem } from '#kit/outcome.ts'
import type { FieldPath, PlaneName, PolicySlice, Refusals } from './policy-slice.ts'
import { attachmentFields } from './policy-target.ts'

/** Who owns which field of one kind, as the trunk and the table of fields read it. */
export interface FieldOwners<T extends FieldOwner> {
  /** The slice whose field this is, or lies above this; undefined: nobody's. */
  ownerOf(path: FieldPath): T | undefined
  /** Whether some field below this one is owned. */
  isAbove(path: FieldPath): boolean
}

/** What a slice says about fields. */
export type FieldOwner = Pick<PolicySlice, 'fields' | 'refused' | 'refusedOn' | 'notes'>

export function fieldOwners<T extends FieldOwner>(slices: readonly T[]): FieldOwners<T> {
  const owned = slices.flatMap((slice) => slice.fields.map((field) => ({ field, slice })))
  return {
    ownerOf: (path) => owned.find(({ field }) => isWithin(path, field))?.slice,
    isAbove: (path) => owned.some(({ field }) => field !== path && isWithin(field, path)),
  }
}

/** Why a field is not obeyed on a plane; undefined: it is. The longest path that speaks of it counts. */
export function refusalOf(slice: FieldOwner, path: FieldPath, plane: PlaneName | undefined): string | undefined {
  return within(slice.refused, path) ?? (plane && within(slice.refusedOn?.[plane], path))
}

function within(refusals: Refusals | undefined, path: FieldPath): string | undefined {
  for (const [field, why] of Object.entries(refusals ?? {})) if (isWithin(path, field)) return why
  return undefined
}

/** Whether `path` is `field` or lies below it. */
export function isWithin(path: FieldPath, field: FieldPath): boolean {
  return path.startsWith(field) && (path.length === field.length || '.[{'.includes(path[field.length]!))
}

/** What is written in a spec that nobody obeys, with its path. */
export function findUnobeyed(
  spec: Readonly<Record<string, unknown>>,
  slices: readonly FieldOwner[],
  plane: PlaneName | undefined,
): readonly Problem[] {
  const owners = fieldOwners(slices)
  const problems: Problem[] = []
  const refuse = (message: string, at: string) => problems.push({ reason: 'Invalid', message, path: `spec.${at}` })

  // `path` is the field, `at` the same with the indexes of items: where the user finds it.
  function look(value: unknown, path: FieldPath, at: string): void {
    const owner = owners.ownerOf(path)
    const refusal = owner && refusalOf(owner, path, plane)
    if (refusal !== undefined) return void refuse(refusal, at)
    if (!owner && !owners.isAbove(path)) return void refuse('is not supported here: remove it', at)
    if (Array.isArray(value)) for (const [i, item] of value.entries()) look(item, `${path}[]`, `${at}[${i}]`)
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) look(item, `${path}.${name}`, `${at}.${name}`)
  }

  for (const [name, value] of Object.entries(spec)) if (!attachmentFields.has(name)) look(value, name, name)
  return problems
}

/** Whether a spec has something under one of the fields. */
export function writes(spec: unknown, fields: readonly FieldPath[]): boolean {
  return fields.some((field) => hasField(spec, field.replaceAll('[]', '.[]').split('.')))
}

function hasField(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined
  if (step === '[]') return Array.isArray(value) && value.some((item) => hasField(item, rest))
  return typeof value === 'object' && value !== null && hasField((value as Record<string, unknown>)[step], rest)
}
