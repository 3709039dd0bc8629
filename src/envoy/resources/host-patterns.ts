/**
 * A hostname pattern and those that cover it, the most specific first: `a.b.c`, `*.b.c`, `*.c`, ''. A wildcard stands for one
 * or more labels (Gateway API), and so it does in Envoy's domains and server names.
 */
export function* coveringPatterns(pattern: string): Generator<string> {
  if (pattern !== '') yield pattern
  const host = pattern.startsWith('*.') ? pattern.slice(2) : pattern
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) yield `*${host.slice(dot)}`
  yield ''
}

/** The most specific of `patterns` that covers `pattern`. */
export function bestPattern(pattern: string, patterns: { has(pattern: string): boolean }): string | undefined {
  for (const one of coveringPatterns(pattern)) if (patterns.has(one)) return one
  return undefined
}
