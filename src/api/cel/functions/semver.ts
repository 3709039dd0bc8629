import { CelError, noOverload, type Opaque, type Value, wantString } from '../value.ts'
import type { CelFunction, Library } from './library.ts'

const STRICT =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/

class Semver implements Opaque {
  readonly celType = 'kubernetes.Semver'
  readonly numbers: readonly [number, number, number]
  readonly prerelease: readonly string[]
  readonly #text: string

  constructor(text: string, numbers: readonly [number, number, number], prerelease: readonly string[]) {
    this.#text = text
    this.numbers = numbers
    this.prerelease = prerelease
  }

  equals(other: Value): boolean {
    return other instanceof Semver && compareVersions(this, other) === 0
  }

  toString(): string {
    return this.#text
  }
}

function parseSemver(value: Value, normalize: Value = false): Semver | undefined {
  const given = wantString(value, 'semver')
  const text = normalize === true ? normalized(given) : given
  const match = STRICT.exec(text)
  if (match === null) return undefined
  const numbers = [Number(match[1]), Number(match[2]), Number(match[3])] as const
  return new Semver(text, numbers, match[4]?.split('.') ?? [])
}

/** Without a leading v, with minor and patch, without leading zeros. */
function normalized(text: string): string {
  const [, core = '', rest = ''] = /^v?([\d.]*)(.*)$/s.exec(text.trim()) ?? []
  const parts = core.split('.')
  while (parts.length < 3) parts.push('0')
  return parts.map((part) => part.replace(/^0+(?=\d)/, '')).join('.') + rest
}

/** The order of semver.org, section 11. */
function compareVersions(left: Semver, right: Semver): number {
  for (const index of [0, 1, 2] as const) {
    const difference = left.numbers[index] - right.numbers[index]
    if (difference !== 0) return Math.sign(difference)
  }
  if (left.prerelease.length === 0 || right.prerelease.length === 0) {
    return Math.sign(right.prerelease.length - left.prerelease.length)
  }
  for (const [index, part] of left.prerelease.entries()) {
    const other = right.prerelease[index]
    if (other === undefined) return 1
    const order = comparePrerelease(part, other)
    if (order !== 0) return order
  }
  return left.prerelease.length === right.prerelease.length ? 0 : -1
}

function comparePrerelease(left: string, right: string): number {
  const [a, b] = [/^\d+$/.test(left), /^\d+$/.test(right)]
  if (a && b) return Math.sign(Number(left) - Number(right))
  if (a !== b) return a ? -1 : 1
  return left < right ? -1 : left > right ? 1 : 0
}

function order(left: Semver, right: Value): number {
  if (!(right instanceof Semver)) throw noOverload('compareTo', left, right)
  return compareVersions(left, right)
}

const on = (call: (version: Semver, argument: Value) => Value): Readonly<Record<string, CelFunction>> => ({
  'kubernetes.Semver': (value, argument) => call(value as Semver, argument),
})

/** Kubernetes' semver library. */
export const semverLibrary: Library = {
  functions: {
    isSemver: (value, normalize) => parseSemver(value, normalize) !== undefined,
    semver: (value, normalize) => {
      const parsed = parseSemver(value, normalize)
      if (parsed === undefined) throw new CelError(`'${String(value)}' is not a semantic version, such as 1.2.3`)
      return parsed
    },
  },
  methods: {
    major: on((version) => version.numbers[0]),
    minor: on((version) => version.numbers[1]),
    patch: on((version) => version.numbers[2]),
    compareTo: on(order),
    isGreaterThan: on((version, other) => order(version, other) > 0),
    isLessThan: on((version, other) => order(version, other) < 0),
  },
}
