import { stripVTControlCharacters } from 'node:util'

/** Lines of columns that stand below each other; the last column is as wide as it likes. Colours take no room. */
export function alignColumns(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      if (column < row.length - 1) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => (column < row.length - 1 ? pad(cell, widths[column]! + gap) : cell))
      .join('')
      .trimEnd(),
  )
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - widthOf(cell)))
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length
}

/** Lines of at most so many letters, broken between words; a longer word stays whole. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
