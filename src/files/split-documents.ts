/** One document of a file, and where it stands. */
export interface DocumentText {
  readonly text: string
  /** Lines of the file before its first one. */
  readonly line: number
}

/** Cuts a file at its document marks. A mark at the start of a line ends even a literal block (YAML 1.2, 9.1.2). */
export function splitDocuments(file: string): readonly DocumentText[] {
  const text = file.startsWith('\ufeff') ? file.slice(1) : file
  const mark = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm
  const documents: DocumentText[] = []
  let start = 0
  let prefix = ''
  let line = 0
  const add = (end: number) => {
    const body = prefix + text.slice(start, end)
    // Directives before a mark say nothing that we need: `%YAML 1.2`.
    const content = body.startsWith('%') ? body.replace(/^%(?:YAML|TAG) .*$/gm, '') : body
    if (/^[ \t]*[^#\s]/m.test(content)) documents.push({ text: body, line })
    line += countLines(text, start, end)
  }
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    add(match.index)
    start = match.index + 3
    // What follows the mark on its line keeps its column.
    const sameLine = text.charCodeAt(start) !== 10 && text.charCodeAt(start) !== 13
    prefix = sameLine ? '   ' : ''
  }
  add(text.length)
  return documents
}

function countLines(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++
  return count
}
