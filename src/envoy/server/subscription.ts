import type { ResourceKind } from '../envoy-resources.ts'
import type { PackedResource } from '../protobuf/pack-resource.ts'
import type { XdsRequest } from './wire.ts'

/** What a client should have of one kind. */
export type Served = ReadonlyMap<string, PackedResource>

/** What goes out next. */
export interface Step {
  readonly put: readonly PackedResource[]
  readonly removed: readonly string[]
}

/** A response that waits for its acknowledgement. */
interface Outstanding extends Step {
  readonly nonce: string
  /** What the client had before, for the case that it refuses. */
  readonly before: ReadonlyMap<string, string | undefined>
}

/** Resources that were refused together, and are tried again in parts until the culprit is found. */
type Trial = readonly PackedResource[]

/** A response stays below this, in bytes, if it can be parted. */
const responseBytes = 2_000_000

/** Absent at the client, and the client knows. */
const absent = ''

/** What one client wants, has and is being told of one kind of resource. Pure: requests in, steps out. */
export class Subscription {
  readonly kind: ResourceKind
  readonly #delta: boolean
  #wildcard = false
  readonly #names = new Set<string>()
  /** The version that the client has, or has been sent. */
  readonly #sent = new Map<string, string>()
  /** Names whose version must be looked at. */
  readonly #dirty = new Set<string>()
  #outstanding: Outstanding | undefined
  #trials: Trial[] = []
  #onTrial: Trial | undefined
  #begun = false
  #told = false
  #acknowledged = false

  constructor(kind: ResourceKind, delta: boolean) {
    this.kind = kind
    this.#delta = delta
  }

  /** Nothing is on its way and nothing waits. */
  get settled(): boolean {
    return this.#outstanding === undefined && this.#dirty.size === 0 && this.#trials.length === 0
  }

  get acknowledged(): boolean {
    return this.#acknowledged
  }

  get waiting(): boolean {
    return this.#outstanding !== undefined
  }

  wants(name: string): boolean {
    return this.#wildcard || this.#names.has(name)
  }

  /** The resource has come, gone or changed. */
  touch(name: string): void {
    this.#dirty.add(name)
  }

  /** The client needs it again, though it has it: a cluster that is made anew asks for its endpoints. */
  forget(name: string): void {
    if (!this.#sent.delete(name)) return
    this.#dirty.add(name)
  }

  /** The same of all whose names begin so. */
  forgetBelow(prefix: string): void {
    for (const name of this.#sent.keys()) if (name.startsWith(prefix)) this.forget(name)
  }

  // What the client says.

  subscribe(request: XdsRequest, served: Served): void {
    if (this.#delta) this.#subscribeDelta(request, served)
    else this.#subscribeWorld(request, served)
    this.#begun = true
  }

  #subscribeDelta({ subscribe, unsubscribe, initialVersions }: XdsRequest, served: Served): void {
    if (!this.#begun) {
      for (const [name, version] of Object.entries(initialVersions)) {
        this.#sent.set(name, version)
        this.#dirty.add(name)
      }
      if (subscribe.length === 0) this.#watchAll(served)
    }
    for (const name of subscribe) {
      if (name === '*') {
        this.#watchAll(served)
        continue
      }
      // Asked for again, it is sent again, unless the client says which version it has.
      if (this.#begun) this.#sent.delete(name)
      this.#names.add(name)
      this.#dirty.add(name)
    }
    for (const name of unsubscribe) {
      this.#names.delete(name)
      if (name === '*') this.#watchNoMore()
      else if (!this.#wildcard) this.#drop(name)
    }
  }

  #subscribeWorld({ names }: XdsRequest, served: Served): void {
    // Empty in the first request: all. Empty later: nothing any more (a client that had named some).
    if (names.length === 0 && this.#names.size === 0) {
      if (!this.#begun) this.#watchAll(served)
      return
    }
    const wanted = new Set(names)
    for (const name of this.#names) {
      if (wanted.has(name)) continue
      this.#names.delete(name)
      this.#drop(name)
    }
    for (const name of wanted) {
      if (this.#names.has(name)) continue
      if (name === '*') this.#watchAll(served)
      else this.#names.add(name)
      this.#dirty.add(name)
    }
  }

  #watchAll(served: Served): void {
    this.#wildcard = true
    for (const name of served.keys()) this.#dirty.add(name)
  }

  #watchNoMore(): void {
    this.#wildcard = false
    for (const name of this.#sent.keys()) if (!this.#names.has(name)) this.#drop(name)
  }

  #drop(name: string): void {
    this.#sent.delete(name)
    this.#dirty.delete(name)
  }

  // What we say.

  /** The next response, if there is something to say and the last one has been answered. */
  next(served: Served, nonce: string): Step | undefined {
    if (this.#outstanding) return undefined
    const found = this.#delta || !this.#isWhole() ? this.#nextDelta(served) : this.#nextWorld(served)
    // The first answer to who wants all may be empty: the client waits for it.
    const step = found ?? (this.#wildcard && !this.#told ? { put: [], removed: [] } : undefined)
    if (step === undefined) return undefined
    this.#told = true
    const before = new Map<string, string | undefined>()
    for (const { name, version } of step.put) {
      before.set(name, this.#sent.get(name))
      this.#sent.set(name, version)
    }
    for (const name of step.removed) {
      before.set(name, this.#sent.get(name))
      this.#sent.set(name, absent)
    }
    this.#outstanding = { ...step, nonce, before }
    return step
  }

  /** Kinds of which a state-of-the-world response must hold all: what is missing is removed. */
  #isWhole(): boolean {
    return this.kind === 'cluster' || this.kind === 'listener'
  }

  #nextDelta(served: Served): Step | undefined {
    const put: PackedResource[] = []
    const removed: string[] = []
    const heldBack = this.#nextTrial()
    let size = 0
    for (const name of this.#dirty) {
      if (heldBack.has(name)) continue
      const resource = served.get(name)
      if (resource && size > 0 && size + resource.bytes.length > responseBytes) break
      this.#dirty.delete(name)
      if (resource && this.wants(name)) {
        if (this.#sent.get(name) === resource.version) continue
        put.push(resource)
        size += resource.bytes.length
      } else if (this.#delta && this.#missing(name)) removed.push(name)
      else this.#sent.delete(name)
    }
    return put.length + removed.length > 0 ? { put, removed } : undefined
  }

  /** What the client has and is gone, or asked for by name and is not there. */
  #missing(name: string): boolean {
    const version = this.#sent.get(name)
    return version === undefined ? this.#names.has(name) : version !== absent
  }

  #nextWorld(served: Served): Step | undefined {
    const heldBack = this.#nextTrial()
    const changed = [...this.#dirty].filter((name) => {
      if (heldBack.has(name)) return false
      this.#dirty.delete(name)
      return this.wants(name) && this.#sent.get(name) !== served.get(name)?.version
    })
    for (const name of changed) if (!served.has(name)) this.#sent.delete(name)
    if (changed.length === 0) return undefined
    return { put: [...served.values()].filter(({ name }) => this.wants(name) && !heldBack.has(name)), removed: [] }
  }

  /** @returns the names of the trials after this one */
  #nextTrial(): ReadonlySet<string> {
    this.#onTrial = this.#trials.shift()
    for (const { name } of this.#onTrial ?? []) this.#dirty.add(name)
    return new Set(this.#trials.flat().map(({ name }) => name))
  }

  /**
   * The answer to a response.
   * @returns accepted and refused resources; nothing when it answers an older response
   */
  answer({ nonce, refusal }: XdsRequest): { accepted: readonly PackedResource[]; refused: Trial } | undefined {
    const told = this.#outstanding
    if (told === undefined || told.nonce !== nonce) return undefined
    this.#outstanding = undefined
    if (refusal === undefined) {
      this.#acknowledged = true
      return { accepted: told.put, refused: [] }
    }
    const suspects = told.put.filter(({ name, version }) => told.before.get(name) !== version)
    for (const { name } of suspects) {
      const version = told.before.get(name)
      if (version === undefined) this.#sent.delete(name)
      else this.#sent.set(name, version)
    }
    return { accepted: [], refused: this.#blame(suspects, refusal) }
  }

  /** Those that the message names; one that was alone; or none yet: then halves are tried one after the other. */
  #blame(suspects: Trial, refusal: string): Trial {
    if (suspects.length === 1) return suspects
    const named = suspects.filter(({ name }) => names(refusal, name))
    if (named.length > 0) {
      for (const { name } of suspects) if (!named.some((one) => one.name === name)) this.#dirty.add(name)
      return named
    }
    const half = Math.ceil(suspects.length / 2)
    if (suspects.length > 0) this.#trials.unshift(suspects.slice(0, half), suspects.slice(half))
    return []
  }
}

function names(message: string, name: string): boolean {
  const at = message.indexOf(name)
  if (at < 0) return false
  // Not a part of a longer name.
  return !/[\w./-]/.test(message[at - 1] ?? ' ') && !/[\w/-]/.test(message[at + name.length] ?? ' ')
}
