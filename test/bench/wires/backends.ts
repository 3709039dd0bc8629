import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Arena } from '../arena.ts'
import { freePorts } from '../probe.ts'
import { type Program, start } from '../process.ts'

/** A server behind a wire, on the core of the load. */
export interface WireBackend {
  readonly port: number
  readonly program: Program
}

/** What h2load sends and gets in a gRPC call: a frame of 5 bytes, then the message. */
export const grpcMessage = Buffer.concat([Buffer.from([0, 0, 0, 0, 32]), Buffer.alloc(32, 'm')])
export const grpcPath = '/bench.Echo/Unary'

/** nghttpd over h2c: 100 bytes for any GET of /small; with trailers, the answer to a unary call. */
export async function startHttp2Backend(arena: Arena, kind: 'plain' | 'grpc'): Promise<WireBackend> {
  const files = path.join(arena.folder, `http2-${kind}`)
  mkdirSync(path.join(files, path.dirname(grpcPath)), { recursive: true })
  writeFileSync(path.join(files, 'small'), 'a'.repeat(100))
  writeFileSync(path.join(files, grpcPath), grpcMessage)
  const [port = 0] = await freePorts(1)
  const answers =
    kind === 'grpc' ? ['--trailer', 'grpc-status: 0', '--no-content-length', '--mime-types-file', '/dev/null'] : []
  const args = ['--no-tls', '-a', '127.0.0.1', '-d', files, '-m', '1000', ...answers, String(port)]
  return { port, program: start(arena.cores.load, 'nghttpd', args, path.join(arena.folder, `nghttpd-${kind}.log`)) }
}

/** Our own ends of connections (test/bench/peer). */
export async function startPeerBackend(arena: Arena, kind: 'tcp' | 'udp' | 'websocket'): Promise<WireBackend> {
  const [port = 0] = await freePorts(1)
  const args = ['serve', kind, String(port)]
  return { port, program: start(arena.cores.load, peerOf(arena), args, path.join(arena.folder, `peer-${kind}.log`)) }
}

export function peerOf({ peer }: Arena): string {
  if (peer === undefined) throw new Error('this scenario needs Go, to build test/bench/peer')
  return peer
}
