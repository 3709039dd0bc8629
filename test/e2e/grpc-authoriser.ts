import { once } from 'node:events'
import { createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import protobuf from 'protobufjs'

/** What is read and said of envoy.service.auth.v3. */
export const messages = protobuf.parse(
  `syntax = "proto3";
  message CheckRequest { Attributes attributes = 1; }
  message Attributes { Inner request = 4; map<string, string> context_extensions = 10; }
  message Inner { Http http = 2; }
  message Http { string method = 2; map<string, string> headers = 3; string path = 4; string host = 5; string body = 11; bytes raw_body = 12; }
  message CheckResponse { Status status = 1; Denied denied_response = 2; Ok ok_response = 3; }
  message Status { int32 code = 1; }
  message Denied { HttpStatus status = 1; repeated Option headers = 2; string body = 3; }
  message HttpStatus { int32 code = 1; }
  message Ok { repeated Option headers = 2; repeated string headers_to_remove = 5; repeated Option response_headers_to_add = 6; }
  message Option { Header header = 1; }
  message Header { string key = 1; string value = 2; }`,
  { keepCase: true },
).root

export interface Question {
  readonly context_extensions?: Readonly<Record<string, string>>
  readonly request: {
    readonly http: {
      readonly method: string
      readonly path: string
      readonly host: string
      readonly headers: Readonly<Record<string, string>>
      readonly body?: string
      readonly raw_body?: string
    }
  }
}

/** A server of ext_authz, with all questions that it was asked. */
export class GrpcAuthoriser {
  readonly questions: Question[] = []
  readonly #server = createServer()
  readonly #sockets = new Set<Socket>()

  /** @param decide a CheckResponse; a number is the status of a call that fails */
  constructor(decide: (question: Question) => object | number) {
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('stream', (stream: ServerHttp2Stream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', () => {})
      stream.on('end', () => {
        const { attributes } = messages.lookupType('CheckRequest').decode(Buffer.concat(chunks).subarray(5)).toJSON()
        this.questions.push(attributes)
        const decision = decide(attributes)
        const status = typeof decision === 'number' ? decision : 0
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }))
        if (typeof decision === 'number') return stream.end()
        const type = messages.lookupType('CheckResponse')
        const answer = type.encode(type.fromObject(decision)).finish()
        const frame = Buffer.concat([Buffer.alloc(5), answer])
        frame.writeUInt32BE(answer.length, 1)
        stream.end(frame)
      })
    })
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}
