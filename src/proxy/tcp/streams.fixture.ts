import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Backend, Listener, Snapshot, StreamRoute, WeightedBackend } from '#ir'
import { snapshotOf } from '../plane.fixture.ts'

/** A rule that hands everything on a listener to backend `a`. */
export function stream(name: string, changes: Partial<StreamRoute> = {}): StreamRoute {
  const { listener = 'default/gw/9000' } = changes
  return {
    key: `TCPRoute/default/${name}/0@${listener}`,
    listener,
    origin: { kind: 'TCPRoute', namespace: 'default', name },
    rule: 0,
    createdAt: '',
    serverNames: [''],
    to: to('a'),
    ...changes,
  }
}

export function to(...backends: string[]): WeightedBackend[] {
  return backends.map((backend) => ({ kind: 'backend', backend, weight: 1, filters: [] }))
}

/** A snapshot whose backends are ports of this machine. */
export function streamsOf(
  listeners: readonly Listener[],
  streams: readonly StreamRoute[],
  backends: Readonly<Record<string, readonly number[]>>,
  protocol: Backend['protocol'] = 'tcp',
): Snapshot {
  const snapshot = snapshotOf(listeners, [], backends)
  return { ...snapshot, streams, backends: snapshot.backends.map((backend) => ({ ...backend, protocol })) }
}

/** A TCP server of this machine. */
export async function serveTcp(onConnection: (socket: Socket) => void): Promise<{ port: number; server: Server }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return { port: (server.address() as { port: number }).port, server }
}

/** Greets with its name and echoes. */
export function echo(name: string): Promise<{ port: number; server: Server }> {
  return serveTcp((socket) => {
    socket.write(`${name}:`)
    socket.pipe(socket)
  })
}

/** What a connection brings until its end: sends `text` and ends. An error ends it with its code. */
export function ask(port: number, text: string): Promise<string> {
  return collect(connect({ port, host: '127.0.0.1', allowHalfOpen: true }), text)
}

export function collect(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve) => {
    let got = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      got += chunk
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(got + error.code))
    socket.on('close', () => resolve(got))
    socket.end(text)
  })
}
