import type { Row, Table } from './get-rows.ts'
import { alignColumns, wrapText } from './table.ts'
import type { Colour, Paint } from './terminal.ts'

/** The last column gets no narrower than this; it then stands below its row. */
const leastWhy = 30
const leastDetail = 12
const gap = 2

const colours: Readonly<Record<Row['ready'], Colour>> = { yes: 'green', partly: 'yellow', no: 'red', unknown: 'yellow' }

/** Tables for people. @param width of the screen; absent: reasons are as long as they are */
export function renderTables(tables: readonly Table[], paint: Paint, width: number | undefined): string {
  return tables.map((table) => renderTable(table, paint, width)).join('\n')
}

function renderTable({ title, headings, rows }: Table, paint: Paint, width: number | undefined): string {
  const hasNamespace = rows.some(({ namespace }) => namespace !== '')
  // Routes are of several kinds, and so are policies.
  const hasKind = new Set(rows.map(({ kind }) => kind)).size > 1
  const head = [...(hasNamespace ? ['NAMESPACE'] : []), ...(hasKind ? ['KIND'] : []), title, ...headings, 'READY', '']
  const fixed = (row: Row) => [...(hasNamespace ? [row.namespace] : []), ...(hasKind ? [row.kind] : []), row.name]
  const room =
    width === undefined
      ? undefined
      : width - roomOf([head.slice(0, -headings.length - 2), ...rows.map(fixed)]) - roomOf([['READY']])
  const details = shorten(
    headings,
    rows.map((row) => row.details),
    room,
  )
  const cells = rows.map((row, index) => [
    ...fixed(row).slice(0, -1),
    paint('bold', row.name),
    ...details[index]!,
    paint(colours[row.ready], row.ready),
    '|',
  ])
  const [heading, ...left] = alignColumns([[...head.slice(0, -1), '|'], ...cells]).map((line) => line.slice(0, -1))
  const indent = heading!.length
  const fits = width === undefined || width - indent >= leastWhy
  const lines = rows.flatMap(({ why }, index) => {
    const line = left[index]!
    if (why === '') return [line.trimEnd()]
    const [first, ...rest] = wrapText(why, width === undefined ? Number.POSITIVE_INFINITY : width - (fits ? indent : 4))
    if (fits) return [line + first, ...rest.map((text) => ' '.repeat(indent) + text)]
    return [line.trimEnd(), ...[first, ...rest].map((text) => `    ${text}`)]
  })
  const titles = paint('dim', `${heading}${fits ? 'WHY' : ''}`.trimEnd())
  return `${[titles, ...lines].join('\n')}\n`
}

/** Columns that a table takes, the gaps behind them included. */
function roomOf(rows: readonly (readonly string[])[]): number {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)) + gap)
  return widths.reduce((sum, width) => sum + width, 0)
}

/** Cuts the widest column until all have room, or are as narrow as can still be read. */
function shorten(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  room: number | undefined,
): readonly (readonly string[])[] {
  const over = room === undefined ? 0 : roomOf([headings, ...rows]) - room
  if (over <= 0) return rows
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]!.length)))
  const widest = widths.indexOf(Math.max(...widths))
  const width = Math.max(leastDetail, widths[widest]! - over)
  return rows.map((row) =>
    row.map((cell, column) => (column === widest && cell.length > width ? `${cell.slice(0, width - 1)}…` : cell)),
  )
}
