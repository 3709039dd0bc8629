import { compileRegex } from './regex.ts'
import type { RegexNode } from './regex-node.ts'
import { parseRegex } from './regex-parse.ts'
import { type CodePointSet, setHas } from './regex-set.ts'

const plain = [...'a0/-_.A '].map((letter) => letter.codePointAt(0)!)

/** A short text that matches a pattern as a whole; nothing for a pattern that is wrong, or matches nothing that is easily found. */
export function findRegexExample(pattern: string): string | undefined {
  const regex = compileRegex(pattern)
  if (!regex.ok) return undefined
  const text = write(parseRegex(pattern))
  return regex.value.test(text) ? text : undefined
}

function write(node: RegexNode): string {
  switch (node.kind) {
    case 'set':
      return pick(node.set)
    case 'assert':
      return ''
    case 'sequence':
      return node.items.map(write).join('')
    case 'group':
      return write(node.item)
    case 'choice':
      return node.items.length === 0 ? '' : write(node.items[0]!)
    case 'repeat':
      // One where none would do: `/v1/.*` is easier to recognise in `/v1/a`.
      return write(node.item).repeat(node.max === 0 ? 0 : Math.max(1, node.min))
  }
}

function pick(set: CodePointSet): string {
  const code = plain.find((one) => setHas(set, one)) ?? set[0]
  return code === undefined ? '' : String.fromCodePoint(code)
}
