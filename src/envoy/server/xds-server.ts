import {
  type Metadata,
  Server,
  type ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js'
import type { EnvoyResources } from '../envoy-resources.ts'
import { Admission } from './admission.ts'
import { NodeState, type Refusal, type Touched } from './node-state.ts'
import { deltaWire, stateOfTheWorldWire, type Wire, type XdsRequest, type XdsResponse } from './wire.ts'
import { XdsStream } from './xds-stream.ts'

export interface XdsServerOptions {
  /** Who may connect is decided by these and by `admit`. */
  readonly credentials: ServerCredentials
  /** Judges the first request of a stream. @returns why not, or undefined for welcome */
  readonly admit?: (peer: XdsPeer) => string | undefined | Promise<string | undefined>
  /** What a node's Envoys have taken or refused has changed. */
  readonly onReport?: (node: string, report: NodeReport) => void
  /** What is no longer wanted is removed so long after what used it. */
  readonly graceMs?: number
  /** Streams beyond are refused; the clients come again, later and later. */
  readonly maxStreams?: number
  /** So many clients get their first configuration at the same time; the others wait their turn. */
  readonly maxStarting?: number
}

export interface XdsPeer {
  readonly node: string
  readonly address: string
  readonly metadata: Metadata
  /** Of its certificate, where it showed one that the credentials accept. */
  readonly certificate?: { readonly subjectaltname?: string | undefined }
}

export interface NodeReport {
  /** Counts what was published. */
  readonly generation: number
  /** Connected Envoys, and those of them that have taken all of this generation that was not refused. */
  readonly streams: number
  readonly settled: number
  readonly refusals: readonly Refusal[]
}

interface Node {
  readonly state: NodeState
  readonly streams: Set<XdsStream>
  sweeper: NodeJS.Timeout | undefined
  told: boolean
  /** The last report, so that none is told twice. */
  reported: string
}

/** The control plane as Envoy sees it: ADS over gRPC, state of the world and delta; per node what `publish` was given last. */
export class XdsServer {
  readonly #options: XdsServerOptions
  readonly #grpc: Server
  readonly #nodes = new Map<string, Node>()
  readonly #admission: Admission
  #sentBytes = 0
  #closing = false

  constructor(options: XdsServerOptions) {
    this.#options = options
    this.#admission = new Admission(options.maxStreams ?? 10_000, options.maxStarting ?? 32)
    this.#grpc = new Server({
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.max_receive_message_length': 32 << 20,
      'grpc.max_send_message_length': -1,
    })
    const wires = { delta: deltaWire(), world: stateOfTheWorldWire() }
    const methods = Object.entries(wires).map(([name, wire]) => [name, methodOf(wire)] as const)
    const service: ServiceDefinition = Object.fromEntries(methods)
    this.#grpc.addService(service, {
      delta: (call: Call) => void this.#serve(call, wires.delta),
      world: (call: Call) => void this.#serve(call, wires.world),
    })
  }

  /** Bytes of all responses. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  get streams(): number {
    return this.#admission.streams
  }

  /** @param address `unix:/path`, `127.0.0.1:0` @returns the bound port; of a unix socket something greater than 0 */
  listen(address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#grpc.bindAsync(address, this.#options.credentials, (error, port) => (error ? reject(error) : resolve(port)))
    })
  }

  /** What the node's Envoys shall have from now on. @returns the generation */
  publish(name: string, resources: EnvoyResources): number {
    const node = this.#node(name)
    const touched = node.state.publish(resources)
    clearTimeout(node.sweeper)
    node.sweeper = setTimeout(() => this.#tell(node, node.state.sweep()), this.#options.graceMs ?? 10_000).unref()
    this.#tell(node, touched)
    this.#progressed(name, node)
    return node.state.generation
  }

  /** Offers what was refused once more. */
  retry(name: string): void {
    const node = this.#node(name)
    this.#tell(node, node.state.retry())
    this.#progressed(name, node)
  }

  /** The Gateway is gone: its Envoys' streams end. */
  remove(name: string): void {
    const node = this.#nodes.get(name)
    if (node === undefined) return
    clearTimeout(node.sweeper)
    this.#nodes.delete(name)
    for (const stream of node.streams) stream.close()
  }

  report(name: string): NodeReport {
    const { state, streams } = this.#node(name)
    return {
      generation: state.generation,
      streams: streams.size,
      settled: [...streams].filter(({ settled }) => settled).length,
      refusals: state.refusals,
    }
  }

  /** Ends all streams; no new ones. */
  async close(): Promise<void> {
    this.#closing = true
    for (const { sweeper, streams } of this.#nodes.values()) {
      clearTimeout(sweeper)
      for (const stream of streams) stream.close()
    }
    this.#grpc.forceShutdown()
  }

  #node(name: string): Node {
    let node = this.#nodes.get(name)
    if (node === undefined) {
      node = { state: new NodeState(), streams: new Set(), sweeper: undefined, told: true, reported: '' }
      this.#nodes.set(name, node)
    }
    return node
  }

  #tell(node: Node, touched: readonly Touched[]): void {
    if (this.#closing) return
    for (const stream of node.streams) stream.touch(touched)
  }

  /** One report for all that happens in one turn. */
  #progressed(name: string, node: Node): void {
    if (!node.told) return
    node.told = false
    queueMicrotask(() => {
      node.told = true
      if (this.#closing) return
      const report = this.report(name)
      const text = JSON.stringify(report)
      if (text === node.reported) return
      node.reported = text
      this.#options.onReport?.(name, report)
    })
  }

  async #serve(call: Call, wire: Wire): Promise<void> {
    call.on('error', () => {})
    const place = this.#admission.enter()
    if (place === undefined) return refuse(call, status.RESOURCE_EXHAUSTED, 'too many streams: come again later')
    call.once('close', () => place.leave())
    const requests = readRequests(call)
    const first = await requests.next()
    if (first.done) return
    const name = first.value.node
    if (!name) return refuse(call, status.INVALID_ARGUMENT, 'the first request names no node')
    const why = await this.#judge(call, name)
    if (why !== undefined) return refuse(call, status.PERMISSION_DENIED, why)
    await place.turn()
    if (call.destroyed || call.cancelled) return
    await this.#converse(call, wire, name, first.value, requests, () => place.started())
  }

  async #judge(call: Call, node: string): Promise<string | undefined> {
    const { admit } = this.#options
    if (admit === undefined) return undefined
    const { sslPeerCertificate } = call.getAuthContext()
    try {
      return await admit({
        node,
        address: call.getPeer(),
        metadata: call.metadata,
        ...(sslPeerCertificate && { certificate: sslPeerCertificate }),
      })
    } catch (error) {
      return `could not be judged: ${error instanceof Error ? error.message : error}`
    }
  }

  async #converse(
    call: Call,
    wire: Wire,
    name: string,
    first: XdsRequest,
    requests: AsyncIterator<XdsRequest>,
    started: () => void,
  ): Promise<void> {
    const node = this.#node(name)
    const stream = new XdsStream({
      delta: wire.delta,
      node: node.state,
      send: (response) => this.#send(call, wire, response),
      accepted: (kind, resources) => {
        for (const one of resources) node.state.accept(kind, one)
      },
      refused: (kind, resources, message) => {
        const touched = resources.filter((one) => node.state.refuse(kind, one, message))
        this.#tell(
          node,
          touched.map((one) => ({ kind, name: one.name })),
        )
      },
      progressed: () => {
        if (stream.settled) started()
        this.#progressed(name, node)
      },
      end: () => {
        if (!call.destroyed) call.end()
      },
    })
    node.streams.add(stream)
    call.on('drain', () => stream.resume())
    try {
      for (let request: XdsRequest | undefined = first; request; request = (await requests.next()).value)
        stream.request(request)
    } finally {
      stream.close()
      node.streams.delete(stream)
      this.#progressed(name, node)
    }
  }

  #send(call: Call, wire: Wire, response: XdsResponse): boolean {
    const bytes = wire.encode(response)
    this.#sentBytes += bytes.length
    return call.write(bytes)
  }
}

type Call = ServerDuplexStream<XdsRequest, Buffer>

function methodOf(wire: Wire): ServiceDefinition[string] {
  return {
    path: wire.path,
    requestStream: true,
    responseStream: true,
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: (bytes: Buffer) => wire.decode(bytes),
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  }
}

function refuse(call: Call, code: status, details: string): void {
  call.emit('error', { code, details })
}

/** Ends where the stream ends, however it ends. */
async function* readRequests(call: Call): AsyncGenerator<XdsRequest, undefined> {
  try {
    for await (const request of call) yield request as XdsRequest
  } catch {
    // Cancelled, or the connection broke: the client comes again.
  }
  return undefined
}
