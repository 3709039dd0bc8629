import { type Document, parseDocument, type YAMLError } from 'yaml'
import { type Outcome, ok, type Problem } from '#kit/outcome.ts'
import { parsePlainScalar } from './plain-scalar.ts'
import { adviseOnYaml } from './yaml-advice.ts'

/** A mistake in the text itself; the offset counts from the start of the document. */
export interface YamlMistake extends Problem {
  readonly offset: number
}

/** One document by the full parser, as kubectl reads it; slower than `parseSimpleYaml`, and it has positions. */
export function parseFullYaml(text: string): Outcome<unknown> & { readonly mistakes: readonly YamlMistake[] } {
  try {
    const document = parseYamlNodes(text)
    // What follows the first mistake is mostly its echo.
    if (document.errors.length > 0) return refuse([mistakeOf(document.errors[0]!)])
    return { ...ok(toPlain(document)), mistakes: [] }
  } catch (error) {
    // The end of the stack, and the guard against alias bombs.
    if (error instanceof RangeError) return refuse([atStart('this is nested too deeply')])
    if (error instanceof ReferenceError) return refuse([atStart(error.message)])
    throw error
  }
}

/** The tree of nodes with their places in the text. Never throws for a user's mistake. */
export function parseYamlNodes(text: string): Document.Parsed {
  return parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    merge: true,
    customTags: (tags) => [plainScalar, ...typed, ...tags],
    logLevel: 'silent',
    prettyErrors: false,
    uniqueKeys: true,
  })
}

const plainScalar = {
  tag: 'tag:headgate.dev,2026:plain',
  default: true,
  test: /^(?!<<$)/,
  resolve: parsePlainScalar,
} as const

// `!!int "3"`: the tag asks for what the text would be without quotes.
const typed = ['int', 'float', 'bool', 'null'].map((name) => ({
  tag: `tag:yaml.org,2002:${name}`,
  resolve: parsePlainScalar,
}))

/** Keys become text as Kubernetes' conversion to JSON makes them: `on: x` has the key `true`. */
function toPlain(document: Document.Parsed): unknown {
  return document.toJS({ maxAliasCount: 100, mapAsMap: false })
}

function mistakeOf(error: YAMLError): YamlMistake {
  return { reason: 'InvalidYaml', message: adviseOnYaml(error), path: '', offset: error.pos[0] }
}

function atStart(message: string): YamlMistake {
  return { reason: 'InvalidYaml', message, path: '', offset: 0 }
}

function refuse(mistakes: readonly YamlMistake[]): Outcome<never> & { readonly mistakes: readonly YamlMistake[] } {
  return { ok: false, problems: mistakes, mistakes }
}
