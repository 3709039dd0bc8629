import { bytesLibrary } from './bytes.ts'
import { cidrLibrary } from './cidr.ts'
import { conversionLibrary } from './conversion.ts'
import { formatLibrary } from './format.ts'
import { ipLibrary } from './ip.ts'
import type { CelFunction, Library, Methods } from './library.ts'
import { listLibrary } from './list.ts'
import { mathLibrary } from './math.ts'
import { optionalLibrary } from './optional.ts'
import { quantityLibrary } from './quantity.ts'
import { regexLibrary } from './regex.ts'
import { semverLibrary } from './semver.ts'
import { setLibrary } from './set.ts'
import { stringLibrary } from './string.ts'
import { timeLibrary } from './time.ts'
import { urlLibrary } from './url.ts'

export type { CelFunction, Methods } from './library.ts'

/** Everything a rule may call: CEL's own functions and Kubernetes' extensions. */
const LIBRARIES: readonly Library[] = [
  conversionLibrary,
  stringLibrary,
  regexLibrary,
  listLibrary,
  setLibrary,
  mathLibrary,
  bytesLibrary,
  timeLibrary,
  optionalLibrary,
  urlLibrary,
  ipLibrary,
  cidrLibrary,
  quantityLibrary,
  formatLibrary,
  semverLibrary,
]

const functions = new Map<string, CelFunction>()
const methods = new Map<string, Record<string, CelFunction>>()
for (const library of LIBRARIES) {
  for (const [name, call] of Object.entries(library.functions ?? {})) functions.set(name, call)
  // Families share names: `size` of strings and lists, `ip` of CIDRs.
  for (const [name, overloads] of Object.entries(library.methods ?? {})) {
    methods.set(name, { ...methods.get(name), ...overloads })
  }
}

export function findFunction(name: string): CelFunction | undefined {
  return functions.get(name)
}

export function findMethods(name: string): Methods | undefined {
  return methods.get(name)
}
