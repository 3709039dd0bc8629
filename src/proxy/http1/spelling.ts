import { COLON, LF } from './characters.ts'

/** How names of fields were written, by their lower case; those in lower case are left out. */
export type Spelling = ReadonlyMap<string, string>

const none: Spelling = new Map()

/** Reads the names of a head that has been found well-formed. @param end just behind the CRLF CRLF */
export function readSpelling(buffer: Buffer, start: number, end: number): Spelling {
  let spelling: Map<string, string> | undefined
  // The first line is the request's or the status.
  for (let line = buffer.indexOf(LF, start) + 1; line > 0 && line < end - 2; line = buffer.indexOf(LF, line) + 1) {
    const name = buffer.toString('latin1', line, buffer.indexOf(COLON, line))
    const lower = name.toLowerCase()
    if (lower === name) continue
    spelling ??= new Map()
    // Of a name that stands several times the first way counts.
    if (!spelling.has(lower)) spelling.set(lower, name)
  }
  return spelling ?? none
}

/** A head of ours, with the names as they were once written. */
export function respell(head: string, spelling: Spelling): string {
  if (spelling.size === 0) return head
  return head.replace(/\n([^:\r\n]+):/g, (line, name: string) => {
    const written = spelling.get(name)
    return written === undefined ? line : `\n${written}:`
  })
}
