import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
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
const nonceBytes = 12
const tagBytes = 16
const digestBytes = 32
/** The copy is made piece by piece, so that changes need not wait for it. */
const pieceLength = 32_768
const settleMs = 1_000
/** Of the time, under constant change: a large copy is written less often. */
const mostShare = 0.05
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
  #work: Promise<void> = Promise.resolve()
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
    this.#timer ??= setTimeout(() => void this.flush(), this.#pauseMs).unref()
  }

  /** Writes what is waiting now. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#work = this.#work.then(() => this.#save())
    return this.#work
  }

  async #save(): Promise<void> {
    const good = this.#waiting
    this.#waiting = undefined
    if (!good) return
    const startedAt = performance.now()
    try {
      await this.#write(good)
      this.#isBroken = false
    } catch (error) {
      if (!this.#isBroken) this.#options.onLog(`${this.#file} can't be written: ${(error as Error).message}`)
      this.#isBroken = true
    }
    this.#pauseMs = Math.max(settleMs, (performance.now() - startedAt) / mostShare)
  }

  async #write(good: Good): Promise<void> {
    const next = `${this.#file}.next`
    await rm(next, { force: true })
    const file = await open(next, 'wx', 0o600)
    try {
      for (const bytes of this.#bytes(good)) {
        await file.writeFile(bytes)
        await nextTurn()
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(next, this.#file)
  }

  *#bytes({ position, snapshot }: Good): Generator<Buffer> {
    const { gateway } = this.#options
    if (!this.#key) {
      const hash = createHash('sha256')
      yield Buffer.from(`${magic} plain\n`)
      for (const text of contentTexts({ gateway }, withoutSecrets(snapshot))) {
        const bytes = Buffer.from(text)
        hash.update(bytes)
        yield bytes
      }
      yield hash.digest()
      return
    }
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    yield Buffer.concat([Buffer.from(`${magic} sealed\n`), nonce])
    for (const text of contentTexts({ gateway, position }, snapshot)) yield cipher.update(text)
    yield Buffer.concat([cipher.final(), cipher.getAuthTag()])
  }

  #parse(bytes: Buffer): LoadedCopy {
    const end = bytes.indexOf('\n')
    const head = bytes.toString('utf8', 0, end)
    const rest = bytes.subarray(end + 1)
    const text = (head === `${magic} sealed` ? this.#unseal(rest) : checked(head, rest)).toString()
    const content = parseItems<{ gateway: string; position?: Position; snapshot: Snapshot }>(text)
    if (content.gateway !== this.#options.gateway) throw new Error(`it is of Gateway ${content.gateway}`)
    const { position } = content
    const withheld = position ? '' : '; without private keys: what needs them waits for the controller'
    return { position, snapshot: inOrder(content.snapshot), withheld }
  }

  #unseal(bytes: Buffer): Buffer {
    if (!this.#key) throw new Error('it is encrypted, and there is no key')
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
  }
}

function checked(head: string, bytes: Buffer): Buffer {
  const text = bytes.subarray(0, -digestBytes)
  const isWhole = createHash('sha256').update(text).digest().equals(bytes.subarray(-digestBytes))
  if (head !== `${magic} plain` || !isWhole) throw new Error('it is damaged, or of another version')
  return text
}

/** One JSON text, in pieces. */
function* contentTexts(about: object, snapshot: Snapshot): Generator<string> {
  let text = `${JSON.stringify(about).slice(0, -1)},"snapshot":{`
  for (const [i, collection] of collections.entries()) {
    text += `${i > 0 ? ',' : ''}"${collection}":[`
    for (const [j, item] of snapshot[collection].entries()) {
      text += `${j > 0 ? ',' : ''}${itemText(item)}`
      if (text.length < pieceLength) continue
      yield text
      text = ''
    }
    text += ']'
  }
  yield `${text}}}`
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
