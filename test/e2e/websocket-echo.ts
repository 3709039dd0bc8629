import { createHash } from 'node:crypto'
import { createServer, type Server as HttpServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

// RFC 6455 1.3.
const handshakeSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** A WebSocket server that sends every frame back as it came: text, binary, ping as pong, close. */
export async function startWebSocketEcho(tls?: {
  readonly cert: string
  readonly key: string
}): Promise<{ readonly port: number; close(): void }> {
  const server: HttpServer = tls ? createTlsServer(tls) : createServer()
  const open = new Set<Duplex>()
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    open.add(socket)
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${handshakeSuffix}`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    let held = head
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk])
      held = echoFrames(held, socket)
    })
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

/** RFC 6455 5.2. @returns what is not a whole frame yet */
function echoFrames(bytes: Buffer, socket: Duplex): Buffer {
  let at = 0
  for (;;) {
    const frame = readFrame(bytes.subarray(at))
    if (!frame) return bytes.subarray(at)
    at += frame.size
    const ping = (frame.first & 0x0f) === 0x9
    socket.write(
      Buffer.concat([header(ping ? (frame.first & 0xf0) | 0xa : frame.first, frame.payload.length), frame.payload]),
    )
    if ((frame.first & 0x0f) === 0x8) socket.end()
  }
}

function readFrame(bytes: Buffer): { first: number; payload: Buffer; size: number } | undefined {
  if (bytes.length < 2) return undefined
  const short = bytes[1]! & 0x7f
  const wide = short === 126 ? 2 : short === 127 ? 8 : 0
  const start = 2 + wide + 4
  if (bytes.length < start) return undefined
  const length = wide === 0 ? short : wide === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < start + length) return undefined
  const mask = bytes.subarray(start - 4, start)
  const payload = Buffer.from(bytes.subarray(start, start + length))
  for (let i = 0; i < length; i++) payload[i]! ^= mask[i & 3]!
  return { first: bytes[0]!, payload, size: start + length }
}

function header(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, length])
  if (length < 65_536) return Buffer.from([first, 126, length >> 8, length & 0xff])
  const bytes = Buffer.alloc(10)
  bytes[0] = first
  bytes[1] = 127
  bytes.writeBigUInt64BE(BigInt(length), 2)
  return bytes
}
