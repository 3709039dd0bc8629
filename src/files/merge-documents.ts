import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import { commonEnds } from './common-ends.ts'
import type { FileProblem } from './file-problem.ts'
import { joinPath, locateField } from './locate.ts'
import type { FoundObject, ReadDocument } from './read-document.ts'

/** A file as last read. */
export interface FileContent {
  readonly file: string
  readonly documents: readonly PlacedDocument[]
  /** Present: the file is there but can't be read. What it held before stays. */
  readonly unreadable?: string
}

export interface PlacedDocument extends ReadDocument {
  readonly text: string
  readonly line: number
}

/** What all files say together. */
export interface Merged {
  readonly changes: readonly ObjectChange[]
  readonly problems: readonly FileProblem[]
  /** `apiVersion Kind` -> how many. */
  readonly ignored: ReadonlyMap<string, number>
}

interface Live {
  readonly file: string
  /** Where it stands; built-in objects stand nowhere. */
  readonly document: PlacedDocument | undefined
  readonly path: string
  /** As validated, to see whether it changed. */
  readonly source: KubeObject
  /** With uid and generation. */
  readonly object: KubeObject
}

/** An object as one document has it. */
interface Claim {
  readonly file: string
  readonly document: PlacedDocument | undefined
  readonly found: FoundObject
}

/** What a file says beside its objects. */
interface Summary {
  readonly content: FileContent
  readonly problems: readonly FileProblem[]
  readonly ignored: readonly string[]
  /** Keys whose text is broken: their last good version stays. */
  readonly held: readonly ObjectKey[]
  /** Some text does not even say which object it is: whatever the file had and has no more, stays. */
  readonly holdsAll: boolean
}

const builtInFile = '<built-in>'

/**
 * Remembers which objects are live and tells what the next reading of the files changes. An object whose text is broken now
 * keeps its last good version; its neighbours do not notice. A step costs what has changed, not what is there.
 */
export class ObjectMerge {
  readonly #claims = new Map<ObjectKey, Claim[]>()
  readonly #contested = new Set<ObjectKey>()
  readonly #files = new Map<string, Summary>()
  readonly #live = new Map<ObjectKey, Live>()
  /** Live without a claim. */
  readonly #orphans = new Set<ObjectKey>()
  #touched = new Set<ObjectKey>()

  /** @param builtIn objects that stand as long as no file has one of that key */
  constructor(builtIn: readonly FoundObject[]) {
    for (const found of builtIn) this.#claim({ file: builtInFile, document: undefined, found })
  }

  /** Where a field of a live object stands. */
  locate(key: ObjectKey, path: string): Pick<FileProblem, 'file' | 'line' | 'column'> | undefined {
    const live = this.#live.get(key)
    if (live?.document === undefined) return undefined
    const { line, column } = locateField(live.document.text, joinPath(live.path, path))
    return { file: live.file, line: line + live.document.line, column }
  }

  /**
   * @param files in their order: of two objects with one key, the first stays. A file that is the same value as before has
   * not changed
   */
  merge(files: readonly FileContent[]): Merged {
    const names = new Set(files.map(({ file }) => file))
    for (const [file, { content }] of this.#files) {
      if (names.has(file)) continue
      this.#replace(content.documents, [], file)
      this.#files.delete(file)
    }
    for (const content of files) {
      const before = this.#files.get(content.file)?.content
      if (before === content) continue
      this.#replace(before?.documents ?? [], content.documents, content.file)
      this.#files.set(content.file, summarize(content))
    }
    const duplicates = this.#settleContests(files)
    const problems = files.flatMap(({ file }) => this.#files.get(file)!.problems)
    return {
      changes: this.#takeChanges(),
      problems: sortProblems([...problems, ...duplicates], names),
      ignored: this.#countIgnored(),
    }
  }

  /** Takes back the claims of documents that are gone, and lays those of new ones. */
  #replace(old: readonly PlacedDocument[], now: readonly PlacedDocument[], file: string): void {
    const { head, tail } = commonEnds(old, now, (a, b) => a === b)
    for (const document of old.slice(head, old.length - tail)) {
      for (const found of document.objects) this.#unclaim(found.key, document)
    }
    for (const document of now.slice(head, now.length - tail)) {
      for (const found of document.objects) this.#claim({ file, document, found })
    }
  }

  #claim(claim: Claim): void {
    const { key } = claim.found
    this.#touched.add(key)
    const claims = this.#claims.get(key)
    if (claims === undefined) this.#claims.set(key, [claim])
    else {
      claims.push(claim)
      this.#contested.add(key)
    }
  }

  #unclaim(key: ObjectKey, document: PlacedDocument): void {
    this.#touched.add(key)
    const claims = (this.#claims.get(key) ?? []).filter((claim) => claim.document !== document)
    if (claims.length === 0) this.#claims.delete(key)
    else this.#claims.set(key, claims)
    if (claims.length < 2) this.#contested.delete(key)
  }

  /** Puts the claims of one key in the order of the files; those behind the first are problems. */
  #settleContests(files: readonly FileContent[]): readonly FileProblem[] {
    if (this.#contested.size === 0) return []
    const order = new Map(files.map(({ file }, index) => [file, index]))
    const place = ({ file }: Claim) => order.get(file) ?? files.length
    return [...this.#contested].flatMap((key) => {
      const claims = this.#claims.get(key)!
      const first = claims[0]
      claims.sort((a, b) => place(a) - place(b) || (a.document?.line ?? 0) - (b.document?.line ?? 0))
      if (claims[0] !== first) this.#touched.add(key)
      return claims.slice(1).flatMap((claim) => (claim.document ? duplicate(claim, claim.document, claims[0]!) : []))
    })
  }

  #takeChanges(): ObjectChange[] {
    const changes: ObjectChange[] = []
    const keys = new Set([...this.#touched, ...this.#orphans])
    this.#touched = new Set()
    const held = new Set<ObjectKey>()
    for (const summary of this.#files.values()) for (const key of summary.held) held.add(key)
    for (const key of keys) {
      const before = this.#live.get(key)
      const claim = this.#claims.get(key)?.[0]
      this.#orphans.delete(key)
      if (claim !== undefined) {
        const live = revise(key, claim, before)
        this.#live.set(key, live)
        if (live.object !== before?.object) changes.push({ kind: 'put', key, object: live.object })
      } else if (before !== undefined) {
        if (held.has(key) || this.#holdsAll(before.file)) this.#orphans.add(key)
        else {
          this.#live.delete(key)
          changes.push({ kind: 'delete', key })
        }
      }
    }
    return changes
  }

  /**
   * A broken document that names nobody we know (its kind or name may be what is broken) can be any object that its file has
   * lost: until it is mended, all of them stay.
   */
  #holdsAll(file: string): boolean {
    const summary = this.#files.get(file)
    return summary !== undefined && (summary.holdsAll || summary.held.some((key) => !this.#live.has(key)))
  }

  #countIgnored(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { ignored } of this.#files.values()) {
      for (const type of ignored) counts.set(type, (counts.get(type) ?? 0) + 1)
    }
    return counts
  }
}

/** As one reads the files. */
function sortProblems(problems: FileProblem[], files: Iterable<string>): FileProblem[] {
  if (problems.length < 2) return problems
  const order = new Map([...files].map((file, index) => [file, index]))
  const place = ({ file }: FileProblem) => order.get(file) ?? 0
  return problems.sort((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column)
}

function summarize(content: FileContent): Summary {
  const { file, documents, unreadable } = content
  const problems: FileProblem[] = []
  const ignored: string[] = []
  const held: ObjectKey[] = []
  let holdsAll = unreadable !== undefined
  if (unreadable !== undefined) {
    problems.push({ file, line: 1, column: 1, reason: 'Unreadable', path: '', message: unreadable })
  }
  for (const document of documents) {
    for (const { key, problems: found } of document.broken) {
      if (key === undefined) holdsAll = true
      else held.push(key)
      const object = key === undefined ? {} : { object: key }
      for (const one of found) problems.push({ ...one, ...object, file, line: one.line + document.line })
    }
    for (const type of document.ignored) ignored.push(type)
  }
  return { content, problems, ignored, held, holdsAll }
}

function revise(key: ObjectKey, { file, document, found }: Claim, before: Live | undefined): Live {
  const source = found.object
  const place = { file, document, path: found.path, source }
  if (before === undefined) return { ...place, object: withMetadata(source, stableUid(key), 1) }
  if (before.source === source || isDeepStrictEqual(before.source, source)) return { ...place, object: before.object }
  const generation = before.object.metadata.generation ?? 1
  const step = isDeepStrictEqual(withoutMetadata(before.source), withoutMetadata(source)) ? 0 : 1
  return { ...place, object: withMetadata(source, before.object.metadata.uid!, generation + step) }
}

function withMetadata(object: KubeObject, uid: string, generation: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid, generation } }
}

/** What counts for the generation: everything but metadata and status. */
function withoutMetadata({ metadata: _metadata, status: _status, ...rest }: KubeObject): object {
  return rest
}

/** The same object has the same uid after a restart. */
function stableUid(key: ObjectKey): string {
  const digits = hash('sha256', `headgate ${key}`)
  // The digits that say version 8 and variant 1 (RFC 9562, 5.8).
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

function duplicate({ file, found }: Claim, document: PlacedDocument, first: Claim): FileProblem {
  const there = placeOfObject(first.document!, first.found)
  return {
    file,
    ...placeOfObject(document, found),
    // In one file it is a slip; two files may be alternatives that were never meant to be read together.
    reason: first.file === file ? 'Duplicate' : 'DefinedTwice',
    path: found.path,
    object: found.key,
    message: `${found.key} is already defined at ${first.file}:${there.line}:${there.column}; that one stays, remove or rename this one`,
  }
}

function placeOfObject(document: PlacedDocument, found: FoundObject): { line: number; column: number } {
  const { line, column } = locateField(document.text, found.path)
  return { line: line + document.line, column }
}
