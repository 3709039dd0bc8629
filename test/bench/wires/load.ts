import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Arena } from '../arena.ts'
import { runProgram } from '../process.ts'
import { grpcMessage, grpcPath, peerOf } from './backends.ts'

/** What one load did. */
export interface WireResult {
  /** Requests, messages, datagrams, handshakes or bytes. */
  readonly units: number
  readonly seconds: number
  readonly failed: number
}

/** Loads what listens on a port of loopback; with 0 seconds only to see whether it is there. */
export type WireLoad = (arena: Arena, port: number, seconds: number) => Promise<WireResult>

export interface HttpLoad {
  readonly scheme: 'http' | 'https'
  readonly protocol: 'h1' | 'h2'
  readonly connections: number
  /** At once, on each connection. */
  readonly streams: number
  readonly grpc?: boolean
}

export function loadHttp({ scheme, protocol, connections, streams, grpc = false }: HttpLoad): WireLoad {
  return async (arena, port, seconds) => {
    const body = path.join(arena.folder, 'grpc-message')
    if (grpc) writeFileSync(body, grpcMessage)
    const call = ['-d', body, '-H', 'content-type: application/grpc', '-H', 'te: trailers']
    const flags = [
      ...['-c', String(connections), '-m', String(streams)],
      // A duration must leave h2load the time to connect: one that is over before, over TLS, never ends.
      ...(seconds === 0 ? ['-n', String(connections)] : ['-D', `${Math.round(seconds * 1000)}ms`]),
      ...(protocol === 'h1' ? ['--h1'] : []),
      ...(grpc ? call : []),
      `${scheme}://127.0.0.1:${port}${grpc ? grpcPath : '/small'}`,
    ]
    return readH2load(await runLoad(arena, seconds, 'h2load', flags), seconds)
  }
}

/** Requests that were under way when the time was over have not failed, and count for nothing. */
function readH2load(text: string, seconds: number): WireResult {
  const counts = /^requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/m.exec(text)
  const codes = /^status codes: (\d+) 2xx, /m.exec(text)
  if (counts === null || codes === null) throw new Error(`h2load told no result: ${text.slice(-800)}`)
  const [succeeded = 0, failed = 0] = counts.slice(1).map(Number)
  return { units: succeeded, seconds, failed: failed + Math.max(0, succeeded - Number(codes[1])) }
}

export type PeerLoad = 'tcp-stream' | 'tcp-connect' | 'udp' | 'websocket' | 'tls-full' | 'tls-resumed'

export function loadPeer(kind: PeerLoad, connections: number): WireLoad {
  return async (arena, port, seconds) => {
    // One connection is enough to see whether something is there; many at once may lose datagrams.
    const [count, milliseconds] = seconds === 0 ? [1, 50] : [connections, Math.round(seconds * 1000)]
    const args = ['load', kind, String(port), String(count), String(milliseconds)]
    return JSON.parse(await runLoad(arena, seconds, peerOf(arena), args)) as WireResult
  }
}

/** Whatever goes wrong, it ends. */
function runLoad(arena: Arena, seconds: number, command: string, args: readonly string[]): Promise<string> {
  return runProgram('timeout', [String(seconds + 15), 'taskset', '-c', arena.cores.load, command, ...args])
}
