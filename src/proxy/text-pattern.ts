import type { TextPattern } from '#ir'
import { compileRegex } from '#kit/regex.ts'

/** Whether a text is meant; a regular expression means whole texts. */
export function compileTextPattern({ kind, value }: TextPattern): (text: string) => boolean {
  switch (kind) {
    case 'exact':
      return (text) => text === value
    case 'prefix':
      return (text) => text.startsWith(value)
    case 'suffix':
      return (text) => text.endsWith(value)
    case 'regex': {
      const regex = compileRegex(value)
      if (!regex.ok) throw new Error(regex.problems[0]?.message)
      return (text) => regex.value.test(text)
    }
  }
}
