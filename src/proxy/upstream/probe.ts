import type { Backend, Endpoint, HealthCheck } from '#ir'
import type { RequestHead } from '../message.ts'
import type { ClientStreamHandler } from '../stream.ts'
import type { Connect } from './connect.ts'
import { dial } from './dial.ts'

/** 'refused': so bad that no second opinion is needed (an answer that is neither healthy nor worth another try). */
export type Verdict = 'healthy' | 'failed' | 'refused'

type Ask<K extends HealthCheck['ask']['kind']> = HealthCheck['ask'] & { readonly kind: K }

// An answer that says it is well says so soon.
const maxBodyBytes = 65_536

/**
 * Asks one endpoint once, over a connection of its own; `done` is called once, later.
 * @returns gives it up: `done` is not called any more
 */
export function probe(
  { ask, timeoutMs }: HealthCheck,
  backend: Backend,
  endpoint: Endpoint,
  connect: Connect,
  done: (verdict: Verdict) => void,
): () => void {
  let stop: (() => void) | undefined
  let over = false
  const settle = (verdict: Verdict | undefined) => {
    if (over) return
    over = true
    clearTimeout(timer)
    stop?.()
    if (verdict) done(verdict)
  }
  const timer = setTimeout(() => settle('failed'), timeoutMs)
  if (ask.kind === 'tcp') stop = askTcp(ask, backend, endpoint, settle)
  else stop = askHttp(ask, backend, endpoint, connect, settle)
  return () => settle(undefined)
}

function askTcp(
  { send, receive }: Ask<'tcp'>,
  backend: Backend,
  endpoint: Endpoint,
  done: (verdict: Verdict) => void,
): () => void {
  let close = () => {}
  const giveUp = dial(endpoint, backend, (socket) => {
    if ('code' in socket) return done('failed')
    close = () => socket.destroy()
    socket.on('error', () => done('failed'))
    socket.on('close', () => done('failed'))
    if (send !== undefined) socket.write(Buffer.from(send, 'base64'))
    if (receive === undefined) return done('healthy')
    const wanted = Buffer.from(receive, 'base64')
    let heard = Buffer.alloc(0)
    socket.on('data', (data: Buffer) => {
      heard = Buffer.concat([heard, data])
      if (heard.includes(wanted)) done('healthy')
      else if (heard.length > maxBodyBytes) done('failed')
    })
  })
  return () => {
    giveUp()
    close()
  }
}

function askHttp(
  ask: Ask<'http'> | Ask<'grpc'>,
  backend: Backend,
  endpoint: Endpoint,
  connect: Connect,
  done: (verdict: Verdict) => void,
): () => void {
  let destroy = () => {}
  let over = false
  const spoken = ask.kind === 'grpc' ? { ...backend, protocol: 'h2c' as const } : backend
  const events = { onCapacity() {}, onClose() {} }
  connect(spoken, endpoint, events, (connection) => {
    if ('code' in connection) return done('failed')
    if (over) return connection.destroy()
    destroy = () => connection.destroy()
    const body = ask.kind === 'grpc' ? frameCheck(ask.service) : Buffer.from(ask.body ?? '', 'base64')
    const end = body.length === 0
    const stream = connection.open(headOf(ask, backend, endpoint, body.length), end, new Listener(ask, done))
    if (end) return
    stream.write(body)
    stream.end(null)
  })
  return () => {
    over = true
    destroy()
  }
}

function headOf(
  ask: Ask<'http'> | Ask<'grpc'>,
  backend: Backend,
  endpoint: Endpoint,
  contentLength: number,
): RequestHead {
  const place = endpoint.kind === 'ip' ? `${hostText(endpoint.address)}:${endpoint.port}` : 'localhost'
  const agent = ['user-agent', 'headgate-health-check']
  const common = { scheme: backend.tls ? 'https' : 'http', contentLength, upgrade: '', expectContinue: false } as const
  if (ask.kind === 'http')
    return { ...common, method: ask.method, authority: ask.hostname ?? place, path: ask.path, fields: agent }
  const fields = ['content-type', 'application/grpc', ...agent]
  const path = '/grpc.health.v1.Health/Check'
  return { ...common, method: 'POST', authority: place, path, fields, acceptsTrailers: true }
}

function hostText(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

/** grpc.health.v1.HealthCheckRequest { string service = 1 } in a frame of gRPC. */
function frameCheck(service: string): Buffer {
  const name = Buffer.from(service)
  // Schema of the CRDs: no longer than 1,024 bytes, so two bytes of varint are enough.
  const length = name.length < 128 ? [name.length] : [(name.length & 127) | 128, name.length >> 7]
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, ...length]), name])
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Reads the answer. */
class Listener implements ClientStreamHandler {
  readonly #ask: Ask<'http'> | Ask<'grpc'>
  readonly #done: (verdict: Verdict) => void
  #status = 0
  #body = Buffer.alloc(0)

  constructor(ask: Ask<'http'> | Ask<'grpc'>, done: (verdict: Verdict) => void) {
    this.#ask = ask
    this.#done = done
  }

  onInform(): void {}

  onWritable(): void {}

  onResponse({ status }: { readonly status: number }): void {
    this.#status = status
    const ask = this.#ask
    if (ask.kind === 'grpc') {
      if (status !== 200) this.#done('failed')
      return
    }
    const isIn = ({ from, to }: { readonly from: number; readonly to: number }) => from <= status && status <= to
    if (ask.healthy.some(isIn)) {
      if (ask.expectBody === undefined) this.#done('healthy')
    } else this.#done(ask.retriable.some(isIn) ? 'failed' : 'refused')
  }

  onData(chunk: Uint8Array): void {
    this.#body = Buffer.concat([this.#body, chunk])
    if (this.#isWanted()) this.#done('healthy')
    else if (this.#body.length > maxBodyBytes) this.#done('failed')
  }

  /** HealthCheckResponse { status = 1 }: SERVING is 1. */
  #isWanted(): boolean {
    const ask = this.#ask
    if (ask.kind === 'http') return this.#status > 0 && this.#body.includes(Buffer.from(ask.expectBody ?? '', 'base64'))
    return this.#body.subarray(5).equals(Buffer.from([0x08, 0x01]))
  }

  onEnd(): void {
    this.#done('failed')
  }

  onReset(): void {
    this.#done('failed')
  }
}
