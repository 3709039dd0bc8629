import { readFileSync, statSync } from 'node:fs'
import { isMissing } from './find-files.ts'
import type { FileContent, PlacedDocument } from './merge-documents.ts'
import { type ObjectRules, type ReadDocument, readDocument } from './read-document.ts'
import { splitDocuments } from './split-documents.ts'

/** A file as last read, with what tells whether it must be read again. */
export interface ReadFile extends FileContent {
  readonly signature: string
  /** Ends in the middle of a line, or has nothing in it: maybe somebody is still writing. */
  readonly abrupt: boolean
}

/** What `stat` says about a version of a file; '' when it is not there. */
export function signFile(file: string): string {
  try {
    const stats = statSync(file, { bigint: true })
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
    return { file, documents: before?.documents ?? [], unreadable, signature, abrupt: false }
  }
}

/** The documents of a text. */
export function readText(
  file: string,
  text: string,
  rules: ObjectRules,
  before?: FileContent,
): Omit<ReadFile, 'signature'> {
  const known = new Map<string, ReadDocument>(before?.documents.map((document) => [document.text, document]))
  const documents = splitDocuments(text).map(({ text, line }): PlacedDocument => {
    const { objects, broken, ignored } = known.get(text) ?? readDocument(text, rules)
    return { text, line, objects, broken, ignored }
  })
  return { file, documents, abrupt: !text.endsWith('\n') }
}

/**
 * Whether a new reading may be the middle of a save: the file is gone or ends abruptly, objects are missing that were there,
 * or a document broke. Such a reading is believed only when the file has been quiet for a while.
 */
export function looksUnfinished(before: ReadFile | undefined, after: ReadFile | undefined): boolean {
  if (after === undefined) return before !== undefined
  if (after.abrupt || after.unreadable !== undefined) return true
  const knownTexts = new Set(before?.documents.map((document) => document.text))
  if (after.documents.some((document) => document.broken.length > 0 && !knownTexts.has(document.text))) return true
  const keys = new Set(after.documents.flatMap((document) => document.objects.map((found) => found.key)))
  return before?.documents.some((document) => document.objects.some((found) => !keys.has(found.key))) ?? false
}
