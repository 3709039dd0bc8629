import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuMs } from '../../../test/cpu-time.ts'
import { CODE, FLAG, FRAME, SETTING } from './codes.ts'
import { type EchoServer, echo, startEcho } from './echo-server.fixture.ts'
import { block, frame, get, RawPeer, word } from './raw-peer.fixture.ts'
import { settingsPayload } from './settings.ts'

/** Runs an attack beside a client that asks again and again; the slowest of its answers, in milliseconds of CPU. */
async function beside(server: EchoServer, attack: () => Promise<void>): Promise<number> {
  const canary = RawPeer.client(server.port)
  let slowest = 0
  let over = false
  const watch = async () => {
    for (let id = 1; !over; id += 2) {
      const start = cpuMs()
      canary.headers(id, get('/canary'), true)
      await canary.until(() => canary.frames.some((each) => each.id === id && each.flags & FLAG.endStream))
      slowest = Math.max(slowest, cpuMs() - start)
      canary.frames.length = 0
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  const watching = watch()
  try {
    await attack()
  } finally {
    over = true
    await watching
    canary.socket.destroy()
  }
  return slowest
}

interface Flood {
  /** Frames for the nth turn; sent in one piece. */
  readonly turn: (n: number) => Buffer
  /** Said before. */
  readonly first?: (peer: RawPeer) => void
  readonly turns: number
  /** Requests that the core may have seen at most. */
  readonly seen?: number
}

function requestAt(id: number, path = '/silent', end = false): Buffer {
  return frame(FRAME.headers, FLAG.endHeaders | (end ? FLAG.endStream : 0), id, block(get(path)))
}

/** Each must end with GOAWAY ENHANCE_YOUR_CALM (or a connection that is gone), and nobody else may feel it. */
const floods: Record<string, Flood> = {
  'rapid reset (CVE-2023-44487)': {
    turns: 20_000,
    turn: (n) => Buffer.concat([requestAt(2 * n + 1), frame(FRAME.rstStream, 0, 2 * n + 1, word(CODE.cancel))]),
    seen: 400,
  },
  'resets that we are made to send (CVE-2025-8671): WINDOW_UPDATE of 0': {
    turns: 20_000,
    turn: (n) => Buffer.concat([requestAt(2 * n + 1), frame(FRAME.windowUpdate, 0, 2 * n + 1, word(0))]),
    seen: 400,
  },
  'resets that we are made to send: window overflow': {
    turns: 20_000,
    turn: (n) => Buffer.concat([requestAt(2 * n + 1), frame(FRAME.windowUpdate, 0, 2 * n + 1, word(0x7fffffff))]),
    seen: 400,
  },
  'resets that we are made to send: DATA behind the end': {
    turns: 20_000,
    turn: (n) =>
      Buffer.concat([requestAt(2 * n + 1, '/silent', true), frame(FRAME.data, 0, 2 * n + 1, Buffer.from('x'))]),
    seen: 400,
  },
  'resets that we are made to send: PRIORITY of a wrong size': {
    turns: 20_000,
    turn: (n) => Buffer.concat([requestAt(2 * n + 1), frame(FRAME.priority, 0, 2 * n + 1, word(0))]),
    seen: 400,
  },
  'malformed requests': {
    turns: 20_000,
    turn: (n) => frame(FRAME.headers, FLAG.endHeaders, 2 * n + 1, block(['X-Upper', 'a'])),
    seen: 0,
  },
  'streams above the limit': { turns: 20_000, turn: (n) => requestAt(2 * n + 1), seen: 100 },
  'CONTINUATION without end (CVE-2024-27316)': {
    first: (peer) => peer.send(FRAME.headers, 0, 1, block(get())),
    turns: 20_000,
    turn: () => frame(FRAME.continuation, 0, 1, block(['x-a', 'b'.repeat(500)])),
    seen: 0,
  },
  'empty CONTINUATION': {
    first: (peer) => peer.send(FRAME.headers, 0, 1, block(get())),
    turns: 100_000,
    turn: () => frame(FRAME.continuation, 0, 1),
    seen: 0,
  },
  'PING (CVE-2019-9512)': { turns: 100_000, turn: () => frame(FRAME.ping, 0, 0, Buffer.alloc(8)) },
  'SETTINGS (CVE-2019-9515)': { turns: 100_000, turn: () => frame(FRAME.settings, 0, 0) },
  'SETTINGS, long ones': {
    first: (peer) => {
      for (let id = 1; id < 199; id += 2) peer.socket.write(requestAt(id))
    },
    turns: 3000,
    turn: (n) =>
      frame(
        FRAME.settings,
        0,
        0,
        settingsPayload(
          Array.from({ length: 2000 }, (_, i) => [SETTING.initialWindowSize, ((i + n) % 2) * 1000] as const),
        ),
      ),
  },
  'SETTINGS acknowledgements': { turns: 100_000, turn: () => frame(FRAME.settings, FLAG.ack, 0) },
  'empty DATA (CVE-2019-9518)': {
    first: (peer) => peer.socket.write(requestAt(1)),
    turns: 100_000,
    turn: () => frame(FRAME.data, 0, 1),
  },
  'padding alone': {
    first: (peer) => peer.socket.write(requestAt(1)),
    turns: 50_000,
    turn: () => frame(FRAME.data, FLAG.padded, 1, Buffer.from([3, 0, 0, 0])),
  },
  'PRIORITY (CVE-2019-9513)': {
    turns: 100_000,
    turn: (n) => frame(FRAME.priority, 0, 1, word(2 * n + 3, 0).subarray(0, 5)),
  },
  'WINDOW_UPDATE of the connection': { turns: 100_000, turn: () => frame(FRAME.windowUpdate, 0, 0, word(1)) },
  'WINDOW_UPDATE of a stream, an octet each (CVE-2019-9511)': {
    first: (peer) => {
      peer.send(FRAME.settings, 0, 0, settingsPayload([[SETTING.initialWindowSize, 0]]))
      peer.socket.write(requestAt(1, '/bytes/50000000', true))
    },
    turns: 100_000,
    // Ten for the octet that they buy.
    turn: () => Buffer.concat(Array.from({ length: 10 }, () => frame(FRAME.windowUpdate, 0, 3, word(1)))),
  },
  'frames of unknown types': { turns: 100_000, turn: () => frame(0xee, 0, 0) },
  GOAWAY: { turns: 50_000, turn: () => frame(FRAME.goAway, 0, 0, word(0, 0)) },
}

for (const [name, flood] of Object.entries(floods)) {
  test(`flood: ${name}`, async (t) => {
    const server = await startEcho()
    t.after(() => server.close())
    const slowest = await beside(server, async () => {
      const peer = RawPeer.client(server.port)
      flood.first?.(peer)
      if (name.startsWith('WINDOW_UPDATE of a stream')) peer.socket.write(requestAt(3, '/silent'))
      for (let n = 0; n < flood.turns && !peer.closed; ) {
        const turns: Buffer[] = []
        for (let bytes = 0; bytes < 20_000 && n < flood.turns; bytes += turns[turns.length - 1]!.length) {
          turns.push(flood.turn(n++))
        }
        const room = peer.socket.write(Buffer.concat(turns))
        if (peer.find(FRAME.goAway, 0)) break
        await new Promise((resolve) => (room ? setImmediate(resolve) : setTimeout(resolve, 2)))
      }
      const goAway = await peer.until(() => peer.find(FRAME.goAway, 0) ?? (peer.closed ? 'gone' : undefined))
      if (goAway !== 'gone') assert.equal(goAway.payload.readUInt32BE(4), CODE.enhanceYourCalm)
      peer.socket.destroy()
    })
    const attacked = server.seen.filter((seen) => seen.head.path !== '/canary').length
    if (flood.seen !== undefined) assert.ok(attacked <= flood.seen, `the core saw ${attacked} requests`)
    assert.ok(slowest < 250, `another client waited ${Math.round(slowest)} ms`)
  })
}

test('flood: zero-length names, HPACK bombs, and tables that never hold still', async (t) => {
  const server = await startEcho({ maxHeaderBytes: 16_384 })
  t.after(() => server.close())
  const slowest = await beside(server, async () => {
    const peer = RawPeer.client(server.port)
    // CVE-2019-9516, and thousands of one-octet references to a large entry.
    peer.send(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, block([...get(), ...Array(2000).fill('')]))
    const large = Buffer.concat([Buffer.from([0x40]), block(['x-large', 'v'.repeat(4000)]).subarray(1)])
    peer.send(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 3, Buffer.concat([block(get()), large]))
    for (let id = 5; id < 200; id += 2) {
      peer.send(
        FRAME.headers,
        FLAG.endHeaders | FLAG.endStream,
        id,
        Buffer.concat([block(get()), Buffer.alloc(12_000, 0xbe)]),
      )
    }
    await peer.until(() => peer.find(FRAME.headers, 199))
    assert.equal(peer.find(FRAME.headers, 3)?.fields[1], '200')
    assert.equal(peer.find(FRAME.headers, 199)?.fields[1], '431')
    peer.socket.destroy()
  })
  assert.ok(slowest < 250, `another client waited ${Math.round(slowest)} ms`)
})

test('slow reading with a tiny window holds back the sender, not the memory', async (t) => {
  let written = 0
  const server = await startEcho({}, (stream, seen) => {
    const handler = echo(stream, seen)
    const write = stream.write.bind(stream)
    stream.write = (chunk) => {
      written += chunk.length
      return write(chunk)
    }
    return handler
  })
  t.after(() => server.close())
  const slowest = await beside(server, async () => {
    const peer = RawPeer.client(server.port, settingsPayload([[SETTING.initialWindowSize, 1]]))
    for (let id = 1; id < 200; id += 2) peer.headers(id, get('/bytes/100000000'), true)
    await peer.until(() => peer.find(FRAME.data, 199))
    for (let turn = 0; turn < 5; turn++) {
      for (let id = 1; id < 200; id += 2) peer.send(FRAME.windowUpdate, 0, id, word(1))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.equal(
      peer.frames.filter((each) => each.type === FRAME.data).every((each) => each.payload.length === 1),
      true,
    )
    peer.socket.destroy()
  })
  assert.ok(written < 100 * 2 * 65_536, `${written} octets were taken for a client that reads nothing`)
  assert.ok(slowest < 250, `another client waited ${Math.round(slowest)} ms`)
})

test('a client that sends pings and requests and never reads is not listened to any more', async (t) => {
  const server = await startEcho()
  t.after(() => server.close())
  const peer = RawPeer.client(server.port)
  await peer.until(() => peer.frames.length > 0)
  peer.socket.pause()
  let id = 1
  const deadline = performance.now() + 60_000
  // Heads have no window: only refusing to read holds them back.
  while (id / 2 - server.seen.length < 5_000 && performance.now() < deadline) {
    const turns: Buffer[] = []
    for (let i = 0; i < 50; i++, id += 2) turns.push(requestAt(id, `/${'p'.repeat(4000)}`, true))
    if (!peer.socket.write(Buffer.concat(turns))) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.ok(server.seen.length <= id / 2 - 5_000, 'all of it was read')
  assert.ok(server.seen.length * 4000 < 12_000_000, `${server.seen.length} answers wait`)
  peer.socket.destroy()
})
