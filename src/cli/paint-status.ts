import type { Paint } from './terminal.ts'

const wrong = /(\w+)=(False|Unknown|True)( \w+)/g

/** Makes what is wrong in a line of `formatStatuses` stand out. */
export function paintStatusLine(line: string, paint: Paint): string {
  const colon = line.indexOf(': ')
  if (colon < 0) return line
  const words = line
    .slice(colon)
    .replace(wrong, (text, _type, state) =>
      paint(state === 'Unknown' ? 'yellow' : /^(Accepted|Programmed)=True/.test(text) ? 'yellow' : 'red', text),
    )
    .replace(/\b(Accepted|Programmed|ResolvedRefs)\b(?!=)/g, (name) => paint('green', name))
  return paint('bold', line.slice(0, colon)) + words
}
