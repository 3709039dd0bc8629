import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, ObjectChange, ObjectKey } from '#api'
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

interface Standing {
  readonly file: string
  readonly document: PlacedDocument | undefined
  readonly found: FoundObject
}

/**
 * Remembers which objects are live and tells what the next reading of the files changes. An object whose text is broken now
 * keeps its last good version; its neighbours do not notice.
 */
export class ObjectMerge {
  readonly #builtIn: readonly FoundObject[]
  #live = new Map<ObjectKey, Live>()

  /** @param builtIn objects that stand as long as no file has one of that key */
  constructor(builtIn: readonly FoundObject[]) {
    this.#builtIn = builtIn
  }

  /** Where a field of a live object stands. */
  locate(key: ObjectKey, path: string): Pick<FileProblem, 'file' | 'line' | 'column'> | undefined {
    const live = this.#live.get(key)
    if (live?.document === undefined) return undefined
    const { line, column } = locateField(live.document.text, joinPath(live.path, path))
    return { file: live.file, line: line + live.document.line, column }
  }

  /** @param files in their order: of two objects with one key, the first stays */
  merge(files: readonly FileContent[]): Merged {
    const standing = new Map<ObjectKey, Standing>()
    const problems: FileProblem[] = []
    const ignored = new Map<string, number>()
    const heldKeys = new Set<ObjectKey>()
    const heldFiles = new Set<string>()
    for (const { file, documents, unreadable } of files) {
      if (unreadable !== undefined) {
        heldFiles.add(file)
        problems.push({ file, line: 1, column: 1, reason: 'Unreadable', path: '', message: unreadable })
      }
      for (const document of documents) {
        for (const found of document.objects) {
          const first = standing.get(found.key)
          if (first === undefined) standing.set(found.key, { file, document, found })
          else problems.push(duplicate(file, document, found, first))
        }
        for (const broken of document.broken) {
          if (broken.key === undefined) heldFiles.add(file)
          else heldKeys.add(broken.key)
          const object = broken.key === undefined ? {} : { object: broken.key }
          for (const one of broken.problems) problems.push({ ...one, ...object, file, line: one.line + document.line })
        }
        for (const type of document.ignored) ignored.set(type, (ignored.get(type) ?? 0) + 1)
      }
    }
    for (const found of this.#builtIn) {
      if (!standing.has(found.key)) standing.set(found.key, { file: '<built-in>', document: undefined, found })
    }
    return { changes: this.#replace(standing, heldKeys, heldFiles), problems, ignored }
  }

  #replace(
    standing: ReadonlyMap<ObjectKey, Standing>,
    heldKeys: ReadonlySet<ObjectKey>,
    heldFiles: ReadonlySet<string>,
  ): ObjectChange[] {
    const changes: ObjectChange[] = []
    const next = new Map<ObjectKey, Live>()
    for (const [key, place] of standing) {
      const before = this.#live.get(key)
      const live = revise(key, place, before)
      next.set(key, live)
      if (live.object !== before?.object) changes.push({ kind: 'put', key, object: live.object })
    }
    for (const [key, before] of this.#live) {
      if (next.has(key)) continue
      if (heldKeys.has(key) || heldFiles.has(before.file)) next.set(key, before)
      else changes.push({ kind: 'delete', key })
    }
    this.#live = next
    return changes
  }
}

function revise(key: ObjectKey, { file, document, found }: Standing, before: Live | undefined): Live {
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

function duplicate(file: string, document: PlacedDocument, found: FoundObject, first: Standing): FileProblem {
  const here = placeOfObject(document, found)
  const there = first.document === undefined ? { line: 1, column: 1 } : placeOfObject(first.document, first.found)
  return {
    file,
    ...here,
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
