/** CEL's reserved words: Kubernetes writes such a property as `__word__`. */
const RESERVED =
  'true false null in as break const continue else for function if import let loop package namespace return var void while'
const RESERVED_WORDS: ReadonlySet<string> = new Set(RESERVED.split(' '))

const ESCAPES: Readonly<Record<string, string>> = { dot: '.', dash: '-', slash: '/', underscores: '__' }

/** The property that a CEL field name stands for (`__namespace__`, `x__dash__y`), as Kubernetes escapes them. */
export function unescapeFieldName(name: string): string {
  if (!name.includes('__')) return name
  const whole = /^__(\w+)__$/.exec(name)?.[1]
  if (whole !== undefined && RESERVED_WORDS.has(whole)) return whole
  return name.replace(/__(dot|dash|slash|underscores)__/g, (_, word: string) => ESCAPES[word]!)
}
