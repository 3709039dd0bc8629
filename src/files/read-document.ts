import { type KubeObject, type ObjectKey, objectKey } from '#api'
import type { Outcome, Problem } from '#kit/outcome.ts'
import { joinPath, locateField, type Place, placeOf } from './locate.ts'
import { parseFullYaml, type YamlMistake } from './parse-full-yaml.ts'
import { notSimple, parseSimpleYaml } from './parse-simple-yaml.ts'

/** What the words of users mean; #api's, handed in. */
export interface ObjectRules {
  /** The API server's verdict, with defaults filled in. */
  validate(input: unknown): Outcome<KubeObject>
  isKnownKind(apiVersion: string, kind: string): boolean
  isNamespaced(apiVersion: string, kind: string): boolean
}

/** One document after reading: what it holds and what is wrong with it. Places count from the start of the document. */
export interface ReadDocument {
  readonly objects: readonly FoundObject[]
  readonly broken: readonly BrokenObject[]
  /** `apiVersion Kind` of objects that are not ours to read. */
  readonly ignored: readonly string[]
}

export interface FoundObject {
  readonly key: ObjectKey
  readonly object: KubeObject
  /** Field path of the object inside its document: '' or `items[3]`. */
  readonly path: string
}

export interface BrokenObject {
  /** Absent when the text does not even say which object it is. */
  readonly key?: ObjectKey
  readonly problems: readonly (Problem & Place)[]
}

/** Parses, flattens lists and validates one document. */
export function readDocument(text: string, rules: ObjectRules): ReadDocument {
  const simple = parseSimpleYaml(text)
  if (simple !== notSimple) return readValue(text, simple, rules)
  const full = parseFullYaml(text)
  if (full.ok) return readValue(text, full.value, rules)
  return { objects: [], broken: [{ problems: full.mistakes.map((one) => placed(text, one)) }], ignored: [] }
}

function placed(text: string, mistake: YamlMistake): Problem & Place {
  const { reason, message, path, offset } = mistake
  return { reason, message, path, ...placeOf(text, offset) }
}

function readValue(text: string, value: unknown, rules: ObjectRules): ReadDocument {
  const objects: FoundObject[] = []
  const broken: BrokenObject[] = []
  const ignored: string[] = []
  for (const { item, path } of flatten(value, '')) {
    const type = typeOf(item)
    if (!type.ok) {
      broken.push({ problems: type.problems.map((one) => locate(text, one, path)) })
    } else if (!isOurs(type.value, rules)) {
      ignored.push(`${type.value.apiVersion} ${type.value.kind}`)
    } else {
      const namespaced = rules.isNamespaced(type.value.apiVersion, type.value.kind)
      const verdict = rules.validate(item)
      const key = keyOf(verdict.ok ? verdict.value : type.value, namespaced)
      if (verdict.ok && key !== undefined) {
        objects.push({ key, object: namespaced ? withNamespace(verdict.value) : verdict.value, path })
      } else {
        const problems = verdict.ok ? [unnamed] : verdict.problems
        const where = problems.map((one) => locate(text, one, path))
        broken.push(key === undefined ? { problems: where } : { key, problems: where })
      }
    }
  }
  return { objects, broken, ignored }
}

/** Other people's kinds are left alone; a kind or version that Gateway API does not have is a slip. */
function isOurs({ apiVersion, kind }: Typed, rules: ObjectRules): boolean {
  return rules.isKnownKind(apiVersion, kind) || /^gateway\.networking\.(x-)?k8s\.io\//.test(apiVersion)
}

const unnamed: Problem = { reason: 'Required', message: 'an object needs a metadata.name', path: 'metadata.name' }

/** `kind: List` and its relatives are wrapping paper. */
function* flatten(value: unknown, path: string): Iterable<{ readonly item: unknown; readonly path: string }> {
  // A document of nothing, as between two marks.
  if (value === null) return
  if (
    !isRecord(value) ||
    typeof value.kind !== 'string' ||
    !value.kind.endsWith('List') ||
    !Array.isArray(value.items)
  ) {
    yield { item: value, path }
    return
  }
  // In `HTTPRouteList` the items may leave out what the list says.
  const kind = value.kind.slice(0, -'List'.length)
  for (const [index, entry] of value.items.entries()) {
    const item = kind !== '' && isRecord(entry) ? { apiVersion: value.apiVersion, kind, ...entry } : entry
    yield* flatten(item, joinPath(path, `items[${index}]`))
  }
}

interface Typed {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: unknown
}

function typeOf(item: unknown): Outcome<Typed> {
  const wrong = (message: string, path: string): Outcome<never> => ({
    ok: false,
    problems: [{ reason: 'NotAnObject', message, path }],
  })
  if (!isRecord(item))
    return wrong('this is no Kubernetes object; one is a mapping with apiVersion, kind and metadata', '')
  const { apiVersion, kind } = item
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    return wrong(
      `apiVersion is missing or no text; ${typeof kind === 'string' ? kind : 'an HTTPRoute'} needs one such as gateway.networking.k8s.io/v1`,
      'apiVersion',
    )
  }
  if (typeof kind !== 'string' || kind === '') return wrong('kind is missing or no text, such as HTTPRoute', 'kind')
  return { ok: true, value: { ...item, apiVersion, kind } }
}

/** Key of an object that is known to be whole. */
export function keyOfObject(object: KubeObject, rules: ObjectRules): ObjectKey {
  return keyOf(object, rules.isNamespaced(object.apiVersion, object.kind))!
}

function keyOf(object: Typed, namespaced: boolean): ObjectKey | undefined {
  const metadata = object.metadata
  if (!isRecord(metadata) || typeof metadata.name !== 'string' || metadata.name === '') return undefined
  const namespace = typeof metadata.namespace === 'string' && metadata.namespace !== '' ? metadata.namespace : 'default'
  return objectKey(kindInKey(object), namespaced ? namespace : '', metadata.name)
}

/** `Backend` is a word of several groups, so its key carries the group. */
function kindInKey({ apiVersion, kind }: Typed): string {
  return kind === 'Backend' ? `${kind}.${apiVersion.split('/')[0]}` : kind
}

function withNamespace(object: KubeObject): KubeObject {
  if (object.metadata.namespace !== undefined && object.metadata.namespace !== '') return object
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } }
}

function locate(text: string, problem: Problem, prefix: string): Problem & Place {
  return { ...problem, ...locateField(text, joinPath(prefix, problem.path)) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
