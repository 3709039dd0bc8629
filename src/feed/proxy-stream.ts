import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import type { PlaneRefusal } from '#ir'
import { collections, perCollection } from './collections.ts'
import { frame } from './frames.ts'
import type { GatewaySlice, Hashes } from './gateway-slice.ts'
import type { FailedSocket, Position, Refusal } from './messages.ts'
import type { ProxyIdentity } from './proxy-identity.ts'
import { refuse } from './refuse.ts'
import { shareUpdate } from './shared-update.ts'
import { updateTexts } from './update-texts.ts'

export interface ProxyStreamOptions {
  readonly socket: TLSSocket
  readonly identity: ProxyIdentity
  readonly slice: GatewaySlice
  readonly epoch: string
  /** Of the newest published snapshot. */
  readonly version: () => number
  /** What the proxy serves when it comes. */
  readonly at: Position | undefined
  /** So long after it came it should have acknowledged something. */
  readonly lateMs: number
  /** It has acknowledged, or said anew what failed. */
  readonly onAck: () => void
}

/**
 * The server's end of one proxy's stream. One update is under way at a time; what changes meanwhile waits in the slice and goes as one.
 */
export class ProxyStream {
  readonly identity: ProxyIdentity
  readonly slice: GatewaySlice
  readonly #options: ProxyStreamOptions
  /** What the proxy has, or will have when the update that is under way has been acknowledged. */
  #sent: { version: number; hashes: Partial<Hashes> }
  #isBusy = false
  #acknowledged: number | undefined
  #failed: readonly FailedSocket[] = []
  #refused: readonly PlaneRefusal[] = []
  readonly #openedAt = performance.now()
  heardAt = this.#openedAt

  constructor(options: ProxyStreamOptions) {
    this.#options = options
    this.identity = options.identity
    this.slice = options.slice
    const { at, epoch } = options
    const isKnown = at !== undefined && at.epoch === epoch && at.version <= options.version()
    this.#sent = { version: isKnown ? at.version : -1, hashes: at?.hashes ?? {} }
  }

  /** It came with a configuration of another time, has traffic by it, and does not get on. */
  get isLate(): boolean {
    const { at, lateMs } = this.#options
    return at !== undefined && this.#acknowledged === undefined && performance.now() - this.#openedAt > lateMs
  }

  /** The newest version that all workers of the proxy serve; undefined: it has not said yet. */
  get acknowledged(): number | undefined {
    if (this.isLate) return 0
    // What has changed since then belongs to others.
    const isCurrent = this.#acknowledged !== undefined && this.#acknowledged >= this.slice.version
    return isCurrent ? this.#options.version() : this.#acknowledged
  }

  get failed(): readonly FailedSocket[] {
    return this.#failed
  }

  get refused(): readonly PlaneRefusal[] {
    return this.#refused
  }

  heardAck(version: number, failed: readonly FailedSocket[], refused: readonly PlaneRefusal[] = []): void {
    // Only what was sent can be served.
    if (version > this.#sent.version) return
    if (version === this.#sent.version) this.#isBusy = false
    this.#acknowledged = Math.max(version, this.#acknowledged ?? 0)
    this.#failed = failed
    this.#refused = refused
    this.#options.onAck()
    this.poke()
  }

  /** Sends what there is to send, unless something is under way. */
  poke(): void {
    const { socket } = this.#options
    if (
      this.#isBusy ||
      socket.writableEnded ||
      socket.destroyed ||
      (this.#sent.version >= 0 && this.slice.version <= this.#sent.version)
    )
      return
    this.#isBusy = true
    void this.#send(this.#next()).catch((error: Error) => socket.destroy(error))
  }

  #next(): Iterable<Buffer> {
    const version = this.#options.version()
    const { hashes } = this.slice
    const { version: sent, hashes: had } = this.#sent
    if (sent < 0 && Object.keys(had).length === 0) {
      const update = shareUpdate(this.slice, version)
      this.#sent = { version: update.version, hashes }
      return update
    }
    const steps = sent >= 0 ? this.slice.since(sent) : undefined
    this.#sent = { version, hashes }
    return framesOf(updateTexts(steps ?? this.slice.differing(had), version, hashes))
  }

  async #send(frames: Iterable<Buffer>): Promise<void> {
    const { socket } = this.#options
    for (const bytes of frames) {
      if (socket.writableEnded || socket.destroyed) return
      if (socket.write(bytes)) await nextTurn()
      else await writable(socket)
    }
  }

  ping(): void {
    const { socket } = this.#options
    if (!socket.writableNeedDrain && !socket.writableEnded) socket.write(frame('{"kind":"ping"}'))
  }

  refuse(reason: Refusal, message: string): void {
    refuse(this.#options.socket, reason, message)
  }

  destroy(): void {
    this.#options.socket.destroy()
  }
}

function* framesOf(texts: Iterable<string>): Generator<Buffer> {
  for (const text of texts) yield frame(text)
}

/** Resolves when the kernel has taken what was written, or when the connection is over. */
function writable(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}

/** Hashes as a proxy says them, which may be anything. */
export function soundHashes(hashes: Partial<Record<string, unknown>>): Hashes {
  for (const collection of collections) if (typeof hashes[collection] !== 'string') return perCollection(() => '')
  return hashes as Hashes
}
