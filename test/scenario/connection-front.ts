import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands before a backend's servers: takes the PROXY header off, and hands the rest to who speaks what it begins with. */
export interface ConnectionFront {
  readonly port: number
  close(): Promise<void>
}

export interface FrontOptions {
  /** Connections begin with a PROXY header; others are closed. */
  readonly proxied: boolean
  /** What the header said about the connection that the servers see from this port: `v1 TCP4 127.0.0.1 127.0.0.1`. */
  readonly told: Map<number, string>
  /** Ports of the servers. */
  readonly http1: number
  /** Default: that of http1. */
  readonly http2?: number
}

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const preface = Buffer.from('PRI * HTTP/2.0', 'latin1')

export async function startFront({ proxied, told, http1, http2 = http1 }: FrontOptions): Promise<ConnectionFront> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    let held = Buffer.alloc(0)
    const onData = (data: Buffer) => {
      held = Buffer.concat([held, data])
      const header = proxied ? readProxyHeader(held) : { length: 0, text: '' }
      if (header === 'none') return void socket.destroy()
      if (header === 'more' || held.length === header.length) return
      socket.off('data', onData)
      socket.pause()
      const rest = held.subarray(header.length)
      const port = rest.subarray(0, preface.length).equals(preface) ? http2 : http1
      const inner = connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => {
        told.set(inner.localPort!, header.text)
        inner.write(rest)
        socket.pipe(inner).pipe(socket)
      })
      inner.on('error', () => socket.destroy()).on('close', () => socket.destroySoon())
      socket.on('close', () => inner.destroy())
    }
    socket.on('data', onData)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Of version 1 or 2, as haproxy's proxy-protocol.txt has them. Ports are left out of the text: they differ each time. */
function readProxyHeader(bytes: Buffer): { readonly length: number; readonly text: string } | 'more' | 'none' {
  if (bytes.subarray(0, signature.length).equals(signature)) {
    if (bytes.length < 16) return 'more'
    const length = 16 + bytes.readUInt16BE(14)
    if (bytes.length < length) return 'more'
    if (bytes[12] !== 0x21 || bytes[13] !== 0x11) return { length, text: bytes[12] === 0x20 ? 'v2 LOCAL' : 'v2 other' }
    const [source, destination] = [16, 20].map((at) => [...bytes.subarray(at, at + 4)].join('.'))
    return { length, text: `v2 TCP4 ${source} ${destination}` }
  }
  const end = bytes.indexOf('\r\n')
  if (end < 0) return bytes.length > 107 ? 'none' : 'more'
  const [word, ...rest] = bytes.subarray(0, end).toString('latin1').split(' ')
  if (word !== 'PROXY') return 'none'
  return { length: end + 2, text: ['v1', ...rest.slice(0, 3)].join(' ') }
}
