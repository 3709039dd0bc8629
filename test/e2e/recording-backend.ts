import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly host: string
  /** `name: value` lines, names in lower case. */
  readonly lines: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
}

export interface RecordingBackend {
  readonly port: number
  readonly seen: readonly SeenRequest[]
  /** What it could not read as exactly one request, with the bytes. */
  readonly ambiguous: readonly string[]
  clear(): void
  close(): Promise<void>
}

/**
 * A backend that trusts nobody: it takes only what every parser would read the same way, and writes down the rest. It
 * answers with what it saw, so that a client can tell whose answer it got. `/ws` with an upgrade becomes an echo.
 */
export async function startRecordingBackend(): Promise<RecordingBackend> {
  const seen: SeenRequest[] = []
  const ambiguous: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    let tunnel = false
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      if (tunnel) return void socket.write(bytes)
      text += bytes.toString('latin1')
      for (let parsed = readRequest(text); parsed !== 'more'; parsed = readRequest(text)) {
        if (parsed === 'bad') {
          ambiguous.push(text)
          return void socket.destroy()
        }
        text = text.slice(parsed.length)
        const { request } = parsed
        seen.push(request)
        if (request.lines.some((line) => /^upgrade: echo$/i.test(line))) {
          tunnel = true
          socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n')
          return
        }
        const body = `saw ${request.method} ${request.path}`
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${request.method === 'HEAD' ? '' : body}`,
        )
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    ambiguous,
    clear() {
      seen.length = 0
      ambiguous.length = 0
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const HEAD =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!-~]+) HTTP\/1\.1\r\n((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: ?[\t -~\x80-\xff]*\r\n)+)\r\n/
const CHUNK = /^([0-9a-f]{1,8})\r\n/
const TRAILERS = /^((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: ?[\t -~\x80-\xff]*\r\n)*)\r\n/

/** Reads one request, if every parser would read it so. */
export function readRequest(text: string): { request: SeenRequest; length: number } | 'more' | 'bad' {
  if (text === '') return 'more'
  const headLength = text.indexOf('\r\n\r\n')
  if (headLength < 0) return /\n/.test(text.replaceAll('\r\n', '')) ? 'bad' : 'more'
  const head = HEAD.exec(text)
  if (head === null || head[0].length !== headLength + 4) return 'bad'
  const lines = head[3]!.split('\r\n').slice(0, -1)
  const named = (name: string) => lines.filter((line) => line.toLowerCase().startsWith(`${name}:`))
  const value = (line: string) => line.slice(line.indexOf(':') + 1).trim()
  const hosts = named('host')
  const lengths = named('content-length')
  const codings = named('transfer-encoding')
  if (hosts.length !== 1 || lengths.length + codings.length > 1) return 'bad'
  const rest = text.slice(head[0].length)
  const made = (body: string, trailers: string[], length: number) => ({
    request: {
      method: head[1]!,
      path: head[2]!,
      host: value(hosts[0]!),
      lines: lines.map((line) => line.slice(0, line.indexOf(':')).toLowerCase() + line.slice(line.indexOf(':'))),
      body,
      trailers,
    },
    length: head[0].length + length,
  })
  if (lengths.length === 1) {
    if (!/^(?:0|[1-9][0-9]{0,14})$/.test(value(lengths[0]!))) return 'bad'
    const length = Number(value(lengths[0]!))
    return rest.length < length ? 'more' : made(rest.slice(0, length), [], length)
  }
  if (codings.length === 0) return made('', [], 0)
  if (value(codings[0]!) !== 'chunked') return 'bad'
  return readChunks(rest, made)
}

function readChunks<T>(
  rest: string,
  made: (body: string, trailers: string[], length: number) => T,
): T | 'more' | 'bad' {
  let body = ''
  let at = 0
  for (;;) {
    const line = CHUNK.exec(rest.slice(at, at + 12))
    if (line === null) return rest.indexOf('\r\n', at) < 0 && rest.length - at < 10 ? 'more' : 'bad'
    const size = Number.parseInt(line[1]!, 16)
    at += line[0].length
    if (size === 0) {
      const trailers = TRAILERS.exec(rest.slice(at))
      if (trailers !== null) return made(body, trailers[1]!.split('\r\n').slice(0, -1), at + trailers[0].length)
      return rest.startsWith('\r\n', at) || rest.includes('\r\n\r\n') ? 'bad' : 'more'
    }
    if (rest.length < at + size + 2) return 'more'
    if (rest.slice(at + size, at + size + 2) !== '\r\n') return 'bad'
    body += rest.slice(at, at + size)
    at += size + 2
  }
}
