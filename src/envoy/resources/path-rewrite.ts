import type { PathMatch } from '#ir'
import type { PathReplacement } from '#kit/path-replacement.ts'
import type { Message } from '../message.ts'
import { quoteRegex } from './route-match.ts'

/**
 * A path replacement as a RegexMatchAndSubstitute of Envoy's, which leaves the query alone. Envoy's own prefix rewrite knows
 * nothing of path elements: `/foo` to `/` would make `//bar` of `/foo/bar`.
 */
export function replacePathByRegex({ kind, value }: PathMatch, to: PathReplacement): Message {
  if (to.kind === 'full') return rewrite('^.*$', quoteSubstitution(to.value))
  const matched = kind === 'prefix' && value !== '/' ? quoteRegex(value) : ''
  // What is left of a path that was all prefix is the root.
  if (to.value === '') return rewrite(`^${matched}/?(.*)$`, '/\\1')
  return rewrite(`^${matched}(.*)$`, `${quoteSubstitution(to.value)}\\1`)
}

function rewrite(regex: string, substitution: string): Message {
  return { pattern: { regex }, substitution }
}

function quoteSubstitution(text: string): string {
  return text.replaceAll('\\', '\\\\')
}
