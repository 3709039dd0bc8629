import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { FrameReader, frame } from './frames.ts'
import { parseItems } from './item-text.ts'
import { type FromProxy, type FromServer, longestFromServer, type Refusal } from './messages.ts'
import { serverName } from './proxy-identity.ts'

/** Where a controller's replica listens. */
export interface FeedAddress {
  readonly host: string
  readonly port: number
}

/** The controller sent us away. */
export class FeedRefusal extends Error {
  override readonly name = 'FeedRefusal'
  readonly reason: Refusal

  constructor(reason: Refusal, message: string) {
    super(message)
    this.reason = reason
  }
}

export interface ConnectionOptions {
  readonly address: FeedAddress
  /** PEM bundle: who may be the controller. */
  readonly trust: string
  /** Our certificate and its key, both PEM; absent: to enrol. */
  readonly identity?: { readonly certificate: string; readonly privateKey: string } | undefined
  readonly signal: AbortSignal
}

const connectMs = 5_000

/** The proxy's end of one connection to the feed. */
export class FeedConnection {
  readonly socket: TLSSocket
  readonly #reader = new FrameReader(longestFromServer)
  readonly #texts: string[] = []
  #wake: (() => void) | undefined
  #error: Error | undefined
  #isOver = false

  private constructor(socket: TLSSocket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const text of this.#reader.push(chunk)) this.#texts.push(text)
      } catch (error) {
        socket.destroy(error as Error)
      }
      this.#wake?.()
    })
    socket.on('error', (error) => {
      this.#error = error
    })
    socket.on('close', () => {
      this.#isOver = true
      this.#wake?.()
    })
  }

  /** Rejects when nobody is there, or somebody whose certificate is not the controller's. */
  static open({ address, trust, identity, signal }: ConnectionOptions): Promise<FeedConnection> {
    return new Promise((resolve, reject) => {
      // Whoever listens for the end afterwards never hears of it, and would keep the connection for ever.
      if (signal.aborted) return reject(new Error('ended'))
      const socket = connect({
        ...address,
        ca: trust,
        servername: serverName,
        minVersion: 'TLSv1.3',
        ...(identity && { cert: identity.certificate, key: identity.privateKey }),
      })
      const abort = () => socket.destroy(new Error('ended'))
      signal.addEventListener('abort', abort, { once: true })
      socket.setTimeout(connectMs, () => socket.destroy(new Error(`no answer within ${connectMs / 1_000} s`)))
      socket.once('error', reject)
      socket.once('close', () => {
        signal.removeEventListener('abort', abort)
        reject(new Error('closed before it was open'))
      })
      socket.once('secureConnect', () => {
        socket.off('error', reject)
        socket.setTimeout(0)
        resolve(new FeedConnection(socket))
      })
    })
  }

  send(message: FromProxy): void {
    if (!this.socket.destroyed) this.socket.write(frame(JSON.stringify(message)))
  }

  /** @returns the next message; rejects with a FeedRefusal or when the connection is over. @param silenceMs at most until then */
  async next(silenceMs: number): Promise<FromServer> {
    while (this.#texts.length === 0) {
      if (this.#isOver) throw this.#error ?? new Error('the controller closed the connection')
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        timer = setTimeout(() => this.socket.destroy(new Error(`silent for ${silenceMs / 1_000} s`)), silenceMs)
      })
      clearTimeout(timer)
    }
    const message = parseItems<FromServer>(this.#texts.shift()!)
    // Memory is bounded by what we take: the kernel holds back the rest.
    if (this.#texts.length > mostWaiting) this.socket.pause()
    else if (this.socket.isPaused()) this.socket.resume()
    if (message.kind === 'refused') throw new FeedRefusal(message.reason, message.message)
    return message
  }

  close(): void {
    this.socket.destroy()
  }
}

const mostWaiting = 64

/** As it is written in logs. */
export function formatAddress({ host, port }: FeedAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}
