import { type Outcome, ok, problem } from './outcome.ts'

/** A new path for a redirect or rewrite: the whole of it, or the matched prefix. The query string stays either way. */
export interface PathReplacement {
  readonly kind: 'full' | 'prefix'
  /** Begins with `/`; as a prefix without its trailing slash, so `/` is ''. */
  readonly value: string
}

/** Gateway API's HTTPPathModifier. */
export interface PathModifierSpec {
  readonly type: string
  readonly replaceFullPath?: string
  readonly replacePrefixMatch?: string
}

// RFC 3986 3.3: what a path may be made of. A `?` or `#` would end the path, a control character the line.
const pathText = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*$/

/**
 * @param matches those of the rule: only where all of them are prefixes does a prefix to replace exist
 * @param path field path of the modifier
 */
export function parsePathReplacement(
  spec: PathModifierSpec,
  matches: readonly { readonly path: { readonly kind: string } }[],
  path: string,
): Outcome<PathReplacement> {
  switch (spec.type) {
    case 'ReplaceFullPath': {
      const value = withLeadingSlash(spec.replaceFullPath ?? '')
      return pathText.test(value) ? ok({ kind: 'full', value }) : notAPath(value, `${path}.replaceFullPath`)
    }
    case 'ReplacePrefixMatch': {
      // Gateway API, HTTPPathModifier.replacePrefixMatch: with any other kind of match the route is not accepted.
      if (!matches.every((match) => match.path.kind === 'prefix')) {
        const message = 'ReplacePrefixMatch needs every match of the rule to be a PathPrefix; use ReplaceFullPath'
        return problem('UnsupportedValue', message, `${path}.type`)
      }
      const value = withLeadingSlash(spec.replacePrefixMatch ?? '').replace(/\/+$/, '')
      return pathText.test(value) ? ok({ kind: 'prefix', value }) : notAPath(value, `${path}.replacePrefixMatch`)
    }
    default:
      return problem('UnsupportedValue', `path modifier ${JSON.stringify(spec.type)} is not known here`, `${path}.type`)
  }
}

function withLeadingSlash(value: string): string {
  return value.startsWith('/') ? value : `/${value}`
}

function notAPath(value: string, path: string): Outcome<never> {
  const message = `${JSON.stringify(value)} is not a path; percent-encode what RFC 3986 does not allow, and leave out ? and #`
  return problem('UnsupportedValue', message, path)
}

/**
 * The path and query that a request gets.
 * @param matched the prefix that matched, its trailing slash removed; only read for kind 'prefix'
 */
export function replacePath(target: string, matched: string, to: PathReplacement): string {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = mark < 0 ? '' : target.slice(mark)
  if (to.kind === 'full') return to.value + query
  const rest = path.slice(matched === '/' ? 0 : matched.length)
  return (to.value + rest || '/') + query
}
