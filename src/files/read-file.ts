import { readFileSync, statSync } from 'node:fs'
import type { ObjectKey } from '#api'
import { commonEnds } from './common-ends.ts'
import { isMissing } from './find-files.ts'
import type { FileContent, PlacedDocument } from './merge-documents.ts'
import { type ObjectRules, readDocument } from './read-document.ts'
import { splitDocuments } from './split-documents.ts'

/** A file as last read, with what tells whether it must be read again. */
export interface ReadFile extends FileContent {
  readonly signature: string
  /** Ends in the middle of a line, or has nothing in it: maybe somebody is still writing. */
  readonly abrupt: boolean
  /** Documents that were not in the reading before, and those of it that are no more. */
  readonly fresh: readonly PlacedDocument[]
  readonly dropped: readonly PlacedDocument[]
}

/** What `stat` says about a version of a file; '' when it is not there. */
export function signFile(file: string): string {
  try {
    const stats = statSync(file, { bigint: true })
    // A pipe, such as the shell's <(…), can be read once.
    if (!stats.isFile()) return 'read once'
    return `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`
  } catch (error) {
    return isMissing(error) ? '' : 'unknown'
  }
}

/**
 * Reads a file; documents whose text is as before are not parsed again. Nothing when the file is not there.
 * @param before the last reading of the same file
 */
export function readFile(file: string, rules: ObjectRules, before: ReadFile | undefined): ReadFile | undefined {
  const signature = signFile(file)
  try {
    return { ...readText(file, readFileSync(file, 'utf8'), rules, before), signature }
  } catch (error) {
    if (isMissing(error)) return undefined
    const unreadable = `can't be read: ${(error as Error).message}`
    return { file, documents: before?.documents ?? [], unreadable, signature, abrupt: false, fresh: [], dropped: [] }
  }
}

/** The documents of a text. */
export function readText(
  file: string,
  text: string,
  rules: ObjectRules,
  before?: FileContent,
): Omit<ReadFile, 'signature'> {
  const old = before?.documents ?? []
  const now = splitDocuments(text)
  // Comparing is cheaper than hashing all of them.
  const { head, tail } = commonEnds(old, now, (a, b) => a.text === b.text)
  const middle = new Map(old.slice(head, old.length - tail).map((document) => [document.text, document]))
  const fresh: PlacedDocument[] = []
  const documents = now.map(({ text, line }, index): PlacedDocument => {
    const fromEnd = now.length - index
    const same = index < head ? old[index] : fromEnd <= tail ? old[old.length - fromEnd] : middle.get(text)
    if (same !== undefined) {
      middle.delete(text)
      return same.line === line ? same : { ...same, line }
    }
    // A copy of its own: a slice would keep the whole file in memory as long as one object of it lives.
    const copy = Buffer.from(text).toString()
    const document = { ...readDocument(copy, rules), text: copy, line }
    fresh.push(document)
    return document
  })
  return { file, documents, abrupt: !text.endsWith('\n'), fresh, dropped: [...middle.values()] }
}

/**
 * Whether a new reading may be the middle of a save: the file is gone or ends abruptly, objects are missing that were there,
 * or a document broke. Such a reading is believed only when the file has been quiet for a while; one of a file that held
 * objects and is empty now only after a long while, for many programs empty a file first and write then, and nobody takes
 * objects away like that in a hurry.
 */
export function doubtReading(before: ReadFile | undefined, after: ReadFile | undefined): 'none' | 'half' | 'emptied' {
  if (after === undefined) return before === undefined ? 'none' : 'half'
  const lost = after.dropped.flatMap(keysOf)
  if (lost.length > 0 && after.documents.every(({ text }) => text.trim() === '')) return 'emptied'
  if (after.abrupt || after.unreadable !== undefined) return 'half'
  if (after.fresh.some((document) => document.broken.length > 0)) return 'half'
  const keys = new Set(after.fresh.flatMap(keysOf))
  return lost.some((key) => !keys.has(key)) ? 'half' : 'none'
}

function keysOf(document: PlacedDocument): ObjectKey[] {
  return document.objects.map((found) => found.key)
}
