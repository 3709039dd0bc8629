import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import type { Snapshot } from '#ir'
import { collections, keyOfItem, perCollection } from './collections.ts'
import { itemText, parseItems } from './item-text.ts'
import type { Position } from './messages.ts'
import { withoutSecrets } from './without-secrets.ts'

export interface LastGoodOptions {
  readonly folder: string
  /** A file with 32 bytes, made when it is missing; absent: no key, so nothing secret is written. */
  readonly keyFile?: string | undefined
  /** `namespace/name`: a copy of another Gateway is not ours. */
  readonly gateway: string
  readonly onLog: (message: string) => void
}

/** What is kept. */
export interface Good {
  readonly position: Position
  readonly snapshot: Snapshot
}

export interface LoadedCopy {
  /** Absent: secrets were left out, so it is not what the controller said. */
  readonly position: Position | undefined
  readonly snapshot: Snapshot
  /** For the log: what is missing, or nothing. */
  readonly withheld: string
}

const magic = 'headgate-feed 1'
const settleMs = 1_000
/** Of the time, under constant change: a large copy is written less often. */
const mostShare = 0.02
const fileName = 'last-good'

/**
 * The copy of the configuration that a proxy starts from when there is no controller. Written whole beside the old one and then put in
 * its place; encrypted (AES-256-GCM) when there is a key, else without anything secret.
 */
export class LastGood {
  readonly #options: LastGoodOptions
  readonly #file: string
  readonly #key: Buffer | undefined
  #waiting: Good | undefined
  #timer: NodeJS.Timeout | undefined
  #isBroken = false
  #pauseMs = settleMs

  constructor(options: LastGoodOptions) {
    this.#options = options
    this.#file = path.join(options.folder, fileName)
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    this.#key = options.keyFile === undefined ? undefined : readKey(options.keyFile)
    options.onLog(
      this.#key
        ? `the last good configuration is kept in ${this.#file}, encrypted`
        : `the last good configuration is kept in ${this.#file} without private keys: after a restart without controller, HTTPS waits for it`,
    )
  }

  /** @returns nothing when there is none that can be used */
  load(): LoadedCopy | undefined {
    let bytes: Buffer
    try {
      bytes = readFileSync(this.#file)
    } catch {
      return undefined
    }
    try {
      return this.#parse(bytes)
    } catch (error) {
      this.#options.onLog(`the copy in ${this.#file} can't be used: ${error instanceof Error ? error.message : error}`)
      return undefined
    }
  }

  /** Writes it soon; what changes meanwhile is written with it. */
  note(good: Good): void {
    this.#waiting = good
    this.#timer ??= setTimeout(() => this.flush(), this.#pauseMs).unref()
  }

  /** Writes what is waiting now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const good = this.#waiting
    this.#waiting = undefined
    if (!good) return
    const startedAt = performance.now()
    try {
      this.#write(this.#format(good))
      this.#isBroken = false
    } catch (error) {
      if (!this.#isBroken) this.#options.onLog(`${this.#file} can't be written: ${(error as Error).message}`)
      this.#isBroken = true
    }
    this.#pauseMs = Math.max(settleMs, (performance.now() - startedAt) / mostShare)
  }

  #format({ position, snapshot }: Good): Buffer {
    const { gateway } = this.#options
    const content = this.#key ? { gateway, position, snapshot } : { gateway, snapshot: withoutSecrets(snapshot) }
    const text = Buffer.from(itemText(content))
    if (!this.#key) {
      const digest = createHash('sha256').update(text).digest('hex')
      return Buffer.concat([Buffer.from(`${magic} plain ${digest}\n`), text])
    }
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const sealed = [cipher.update(text), cipher.final()]
    return Buffer.concat([Buffer.from(`${magic} sealed\n`), nonce, cipher.getAuthTag(), ...sealed])
  }

  #parse(bytes: Buffer): LoadedCopy {
    const end = bytes.indexOf('\n')
    const head = bytes.toString('utf8', 0, end)
    const rest = bytes.subarray(end + 1)
    let text: string
    if (head === `${magic} sealed`) {
      if (!this.#key) throw new Error('it is encrypted, and there is no key')
      const decipher = createDecipheriv('aes-256-gcm', this.#key, rest.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(rest.subarray(12, 28))
      text = Buffer.concat([decipher.update(rest.subarray(28)), decipher.final()]).toString()
    } else {
      text = rest.toString()
      const digest = createHash('sha256').update(rest).digest('hex')
      if (head !== `${magic} plain ${digest}`) throw new Error('it is damaged, or of another version')
    }
    const content = parseItems<{ gateway: string; position?: Position; snapshot: Snapshot }>(text)
    if (content.gateway !== this.#options.gateway) throw new Error(`it is of Gateway ${content.gateway}`)
    const { position } = content
    const withheld = position ? '' : '; without private keys: what needs them waits for the controller'
    return { position, snapshot: inOrder(content.snapshot), withheld }
  }

  #write(bytes: Buffer): void {
    const next = `${this.#file}.next`
    rmSync(next, { force: true })
    const file = openSync(next, 'wx', 0o600)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(next, this.#file)
  }
}

/** A version of ours that knew fewer lists may have written it. */
function inOrder(snapshot: Snapshot): Snapshot {
  const lists = perCollection((collection) =>
    [...(snapshot[collection] ?? [])].sort((a, b) => (keyOfItem(a) < keyOfItem(b) ? -1 : 1)),
  )
  return Object.fromEntries(collections.map((collection) => [collection, lists[collection]])) as unknown as Snapshot
}

function readKey(file: string): Buffer {
  try {
    writeFileSync(file, randomBytes(32), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const key = readFileSync(file)
  if (key.length !== 32) throw new Error(`${file}: a key has 32 bytes, this file has ${key.length}`)
  return key
}
