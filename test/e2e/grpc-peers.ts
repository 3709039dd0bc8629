import {
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type sendUnaryData,
} from '@grpc/grpc-js'

/** gRPC's own library for Node on both ends. Messages are bytes: what is in them is no business of a gateway. */

const bytes = (message: Buffer) => message

const methods = { Unary: [false, false], Collect: [true, false], Spread: [false, true], Chat: [true, true] } as const
export type Method = keyof typeof methods

export const pathOf = (method: string): string => `/test.Echo/${method}`

/** What the handlers of a test do. A method that is left out is UNIMPLEMENTED. */
export interface Handlers {
  Unary?(call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): void
  Collect?(call: ServerReadableStream<Buffer, Buffer>, done: sendUnaryData<Buffer>): void
  Spread?(call: ServerWritableStream<Buffer, Buffer>): void
  Chat?(call: ServerDuplexStream<Buffer, Buffer>): void
}

/** A server of `test.Echo` on a free port. */
export async function startGrpcServer(handlers: Handlers): Promise<{ readonly port: number; stop(): void }> {
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 })
  const definition = Object.fromEntries(
    Object.entries(methods).map(([name, [requestStream, responseStream]]) => [
      name,
      {
        path: pathOf(name),
        requestStream,
        responseStream,
        requestSerialize: bytes,
        requestDeserialize: bytes,
        responseSerialize: bytes,
        responseDeserialize: bytes,
      },
    ]),
  )
  server.addService(definition, handlers as never)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  return { port, stop: () => server.forceShutdown() }
}

/** @param authority asks over TLS, with this server name, trusting the authority of the test certificates */
export class EchoClient {
  readonly #client: Client

  constructor(port: number, tls?: { readonly authority: string; readonly trust: string }) {
    const channel = tls ? credentials.createSsl(Buffer.from(tls.trust)) : credentials.createInsecure()
    this.#client = new Client(`127.0.0.1:${port}`, channel, {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      // A failure must be seen, not mended.
      'grpc.enable_retries': 0,
      ...(tls && { 'grpc.ssl_target_name_override': tls.authority, 'grpc.default_authority': tls.authority }),
    })
  }

  unary(message: Buffer | string, { method = 'Unary', metadata = new Metadata(), deadlineMs = 10_000 } = {}): Unary {
    const options = { deadline: Date.now() + deadlineMs }
    const body = Buffer.from(message)
    let call: ClientUnaryCall | undefined
    const answered = new Promise<Answer>((resolve) => {
      let head = new Metadata()
      call = this.#client.makeUnaryRequest(pathOf(method), bytes, bytes, body, metadata, options, (error, answer) => {
        resolve({ error: error ?? undefined, answer: answer ?? Buffer.alloc(0), head })
      })
      call.on('metadata', (received) => {
        head = received
      })
    })
    return { call: call!, answered }
  }

  collect(
    done: (error: ServiceError | null, answer?: Buffer) => void,
    metadata = new Metadata(),
  ): ClientWritableStream<Buffer> {
    return this.#client.makeClientStreamRequest(pathOf('Collect'), bytes, bytes, metadata, done)
  }

  spread(message: string): ClientReadableStream<Buffer> {
    return this.#client.makeServerStreamRequest(pathOf('Spread'), bytes, bytes, Buffer.from(message))
  }

  chat(): ClientDuplexStream<Buffer, Buffer> {
    return this.#client.makeBidiStreamRequest(pathOf('Chat'), bytes, bytes)
  }

  close(): void {
    this.#client.close()
  }
}

export interface Unary {
  readonly call: ClientUnaryCall
  readonly answered: Promise<Answer>
}

export interface Answer {
  readonly error: ServiceError | undefined
  readonly answer: Buffer
  readonly head: Metadata
}
