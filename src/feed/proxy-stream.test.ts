import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { noChange } from '#ir'
import { put, routeOf } from './feed.fixture.ts'
import { FrameReader } from './frames.ts'
import { ProxyStream } from './proxy-stream.ts'
import { SnapshotSplitter } from './snapshot-splitter.ts'

/** A peer that takes what is written only when told to. */
class SlowSocket extends Duplex {
  written: Buffer[] = []
  #go: (() => void) | undefined

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.written.push(chunk)
    this.#go = done
  }

  /** Takes everything until nothing more comes. */
  async accept(): Promise<void> {
    for (let idle = 0; idle < 20; idle++) {
      const go = this.#go
      this.#go = undefined
      if (go) idle = 0
      go?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  get messages(): { readonly kind: string; readonly version?: number }[] {
    return new FrameReader(1 << 24).push(Buffer.concat(this.written)).map((text) => JSON.parse(text))
  }
}

test('for a peer that does not read nothing piles up, and when it reads it gets the newest state', async () => {
  const splitter = new SnapshotSplitter(randomBytes(32))
  const socket = new SlowSocket()
  let version = 0
  const publish = (rule: number) => {
    const routes = Array.from({ length: 3_000 }, (_, i) => routeOf('a/one', `r${i}`, { rule }))
    splitter.apply({ ...noChange, routes: put(...routes) }, ++version)
  }
  publish(0)
  const stream = new ProxyStream({
    socket: socket as unknown as TLSSocket,
    identity: { gateway: 'a/one', uid: 'u', proxy: 'p' },
    slice: splitter.slice('a/one'),
    epoch: 'e',
    version: () => version,
    at: undefined,
    lateMs: 1_000,
    onAck: () => {},
  })
  stream.poke()
  for (let rule = 1; rule <= 30; rule++) {
    publish(rule)
    stream.poke()
    stream.ping()
  }
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(socket.writableLength < 200_000, `${socket.writableLength} bytes wait`)

  await socket.accept()
  assert.equal(socket.messages.at(-1)?.version, 1)
  stream.heardAck(1, [])
  await socket.accept()
  const ends = socket.messages.filter(({ kind }) => kind === 'end')
  assert.deepEqual(
    ends.map((end) => end.version),
    [1, 31],
  )
  // What was never sent can't be acknowledged.
  stream.heardAck(99, [])
  assert.equal(stream.acknowledged, 1)
  stream.heardAck(31, [])
  assert.equal(stream.acknowledged, 31)
})
