import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'

/** As much of a socket as the codecs use, without a network. */
export class FakeSocket extends EventEmitter {
  destroyed = false
  sent = ''
  bytesWritten = 0
  writableLength = 0
  allowHalfOpen = false
  #paused = false

  asSocket(): Socket {
    return this as unknown as Socket
  }

  write(bytes: string | Uint8Array): boolean {
    if (!this.destroyed) this.sent += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')
    return true
  }

  end(): void {}

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    process.nextTick(() => this.emit('close'))
  }

  resetAndDestroy(): void {
    this.destroy()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
  }

  isPaused(): boolean {
    return this.#paused
  }

  setNoDelay(): void {}
  cork(): void {}
  uncork(): void {}
}
