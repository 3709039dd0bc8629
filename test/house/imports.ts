import path from 'node:path'
import { listFiles, readText } from './tree.ts'

/** One import of a source file. */
export interface Import {
  readonly file: string
  readonly line: number
  /** As written: `./route.ts`, `#ir`, `node:net`, `yaml`. */
  readonly specifier: string
  /** Erased at run time. */
  readonly typeOnly: boolean
  /** The file it leads to; undefined for built-ins and npm packages. */
  readonly target: string | undefined
}

// `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`; brackets may span lines.
const statement =
  /^[ \t]*(?:import|export)\b(?<clause>[^'"`;()]*?)\bfrom\s*['"](?<from>[^'"]+)['"]|^[ \t]*import\s*['"](?<bare>[^'"]+)['"]|\bimport\(\s*['"](?<dynamic>[^'"]+)['"]\s*\)/gm

/** Reads the imports of one file's text. */
export function parseImports(file: string, text: string): Import[] {
  const code = blankComments(text)
  return [...code.matchAll(statement)].map((match) => {
    const { clause, from, bare, dynamic } = match.groups ?? {}
    const specifier = from ?? bare ?? dynamic ?? ''
    const end = match.index + match[0].length
    return {
      file,
      line: code.slice(0, end).split('\n').length,
      specifier,
      typeOnly: isTypeOnly(clause, code.slice(end)),
      target: resolveTarget(file, specifier),
    }
  })
}

/** `import type …`, `import { type A, type B }`, and `import('x').Name` in the place of a type. */
function isTypeOnly(clause: string | undefined, rest: string): boolean {
  if (clause === undefined) return /^\.[A-Z]/.test(rest)
  const text = clause.trim()
  if (/^type\b/.test(text)) return true
  const names = /^\{(?<names>[\s\S]*)\}$/.exec(text)?.groups?.names
  if (names === undefined) return false
  const parts = names.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
  return parts.length > 0 && parts.every((name) => /^type\s/.test(name))
}

/** Comments become spaces, so that lines keep their numbers. */
function blankComments(text: string): string {
  return text.replace(/^[ \t]*\/\/[^\n]*|\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, ' '))
}

function resolveTarget(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier)
  if (!specifier.startsWith('#')) return undefined
  const door = specifier.slice(1)
  return door.includes('/') ? `src/${door}` : `src/${door}/index.ts`
}

/** Imports of every TypeScript file below `folder`. */
export function readImports(folder: string): Import[] {
  return listFiles()
    .filter((file) => file.startsWith(`${folder}/`) && file.endsWith('.ts'))
    .flatMap((file) => parseImports(file, readText(file)))
}
