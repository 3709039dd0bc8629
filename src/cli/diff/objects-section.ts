import type { KubeObject, ObjectKey } from '#api'
import { compareText } from '#ir'
import { isBuiltIn } from '../default-class.ts'
import type { Paint } from '../terminal.ts'
import { compareFields, type FieldChange } from './compare-fields.ts'
import type { DiffSection, DiffSide } from './diff-section.ts'

interface ObjectDiff {
  readonly object: ObjectKey
  readonly change: 'added' | 'changed' | 'removed'
  readonly fields?: readonly FieldChange[]
}

/** More fields of one object than a person reads; `-o json` has them all. */
const mostFields = 12

/** Which objects come, go and change, and in which fields. */
export function compareObjects(before: DiffSide, after: DiffSide): DiffSection | undefined {
  const keys = [...new Set([...before.objects.keys(), ...after.objects.keys()])].sort(compareText)
  const diffs = keys.flatMap((key) => compareObject(key, before.objects.get(key), after.objects.get(key)))
  if (diffs.length === 0) return undefined
  return {
    name: 'objects',
    title: 'Objects',
    lines: (paint) => diffs.flatMap((diff) => renderDiff(diff, paint)),
    data: diffs,
  }
}

function compareObject(
  key: ObjectKey,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
): readonly ObjectDiff[] {
  // What nobody wrote is no difference.
  const old = before && !isBuiltIn(before) ? before : undefined
  const fresh = after && !isBuiltIn(after) ? after : undefined
  if (!old || !fresh) return old || fresh ? [{ object: key, change: old ? 'removed' : 'added' }] : []
  const fields = compareFields(written(old), written(fresh))
  if (fields.length === 0) return []
  return [{ object: key, change: 'changed', fields: old.kind === 'Secret' ? fields.map(hide) : fields }]
}

/** What a user writes: not what the API server and controllers add. */
function written({ metadata: { labels = {}, annotations = {} }, status: _, ...rest }: KubeObject): object {
  return { ...rest, metadata: { labels, annotations } }
}

/** Of Secrets only where they differ. */
function hide({ path, ...sides }: FieldChange): FieldChange {
  return {
    path,
    ...('before' in sides && { before: '***' }),
    ...('after' in sides && { after: '***' }),
  }
}

function renderDiff({ object, change, fields = [] }: ObjectDiff, paint: Paint): readonly string[] {
  const [kind, namespace, name] = object.split('/')
  const subject = `${kind} ${namespace ? `${namespace}/` : ''}${name}`
  if (change === 'added') return [paint('green', `+ ${subject}`)]
  if (change === 'removed') return [paint('red', `- ${subject}`)]
  const rest = fields.length - mostFields
  return [
    paint('yellow', `~ ${subject}`),
    ...fields.slice(0, mostFields).map((field) => `    ${renderField(field)}`),
    ...(rest > 0 ? [paint('dim', `    and ${rest} more; -o json has them all`)] : []),
  ]
}

function renderField(field: FieldChange): string {
  const { path, before, after } = field
  if (!('before' in field)) return `${path}: + ${show(after)}`
  if (!('after' in field)) return `${path}: - ${show(before)}`
  return `${path}: ${show(before)} -> ${show(after)}`
}

function show(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`
}
