import { type Fields, getField, type RequestContext, type RequestHead } from '#proxy'
import type { Answer } from './auth-call.ts'
import { encodeCheckRequest } from './check-request.ts'
import { type CheckResponse, type HeaderOption, parseCheckResponse } from './check-response.ts'
import { isOpenName, isSafeValue } from './field-change.ts'
import { type GrpcAuth, revealed } from './ir.ts'
import { type FieldChange, noVerdict, refuse, type Verdict } from './verdict.ts'

/** Before each message on a gRPC stream: one byte of flags, four of length. */
const framePrefix = 5

const protocolNames = { 'http/1.0': 'HTTP/1.0', 'http/1.1': 'HTTP/1.1', h2: 'HTTP/2' } as const

/** The question as a gRPC message with its frame. */
export function buildCheck(auth: GrpcAuth, context: RequestContext, body: Uint8Array): Uint8Array {
  const { head, original, connection, client } = context
  const message = encodeCheckRequest({
    source: { address: client.address, port: connection.remotePort },
    destination: { address: connection.localAddress, port: connection.localPort },
    sni: connection.sni,
    context: (auth.context ?? []).map(({ name, value }) => [name, revealed(value)]),
    http: {
      id: getField(head.fields, 'x-request-id') ?? '',
      method: original.method,
      headers: collectHeaders(auth, context),
      path: original.path,
      host: original.authority,
      scheme: client.scheme,
      size: head.contentLength,
      protocol: protocolNames[connection.protocol],
      body,
    },
  })
  const frame = Buffer.alloc(framePrefix + message.length)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, framePrefix)
  return frame
}

/** Everything with the pseudo-headers, or only what is listed (GRPCAuthConfig.allowedHeaders). */
function collectHeaders({ allowedHeaders }: GrpcAuth, { head, original, client }: RequestContext): Map<string, string> {
  const headers = new Map<string, string>()
  if (allowedHeaders.length === 0) {
    headers.set(':authority', original.authority).set(':method', original.method)
    headers.set(':path', original.path).set(':scheme', client.scheme)
  }
  for (let i = 0; i < head.fields.length; i += 2) {
    const name = head.fields[i]!
    if (allowedHeaders.length > 0 && !allowedHeaders.includes(name)) continue
    // Protobuf strings are UTF-8: bytes that are not become U+FFFD.
    const value = Buffer.from(head.fields[i + 1]!, 'latin1').toString('utf8')
    const before = headers.get(name)
    // RFC 9113 8.2.3 for Cookie, RFC 9110 5.3 for the rest.
    headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`)
  }
  return headers
}

export function buildGrpcHead({ original }: RequestContext, bodyBytes: number, timeoutMs: number): RequestHead {
  return {
    method: 'POST',
    scheme: 'http',
    authority: original.authority,
    path: '/envoy.service.auth.v3.Authorization/Check',
    fields: ['content-type', 'application/grpc', 'grpc-timeout', `${timeoutMs}m`],
    contentLength: bodyBytes,
    upgrade: '',
    expectContinue: false,
    // Servers built on gRPC's C core refuse calls without `te: trailers`.
    acceptsTrailers: true,
  }
}

export function judgeGrpc(answer: Answer): Verdict {
  if (answer.kind === 'failed') return noVerdict(answer.why)
  const response = readMessage(answer)
  if (typeof response === 'string') return noVerdict(response)
  return isYes(response) ? allow(response) : deny(response)
}

/** Status 0, or no status but an ok_response (some leave it out). An empty message says nothing, and two words are no yes. */
function isYes({ code, ok, denied }: CheckResponse): boolean {
  return denied === undefined && (code === 0 || (code === undefined && ok !== undefined))
}

/** The one message of a good answer, or what is wrong with it. */
function readMessage({ head, body, trailers }: Answer & { kind: 'answer' }): CheckResponse | string {
  if (head.status !== 200) return `the authoriser answered ${head.status}, which is no gRPC`
  const status = grpcStatus(head.fields, trailers)
  if (status !== '0') return `the authoriser ended with gRPC status ${status ?? 'unknown'}`
  if (body.length < framePrefix) return 'the authoriser sent no message'
  const frame = Buffer.from(body.buffer, body.byteOffset, body.length)
  // No compression was offered, and a unary call has one message.
  if (frame[0] !== 0 || frame.readUInt32BE(1) !== frame.length - framePrefix) {
    return 'the authoriser sent a message that can not be read'
  }
  return parseCheckResponse(frame.subarray(framePrefix)) ?? 'the authoriser sent a message that can not be read'
}

/** In the trailers; in the head when the answer has nothing else. */
function grpcStatus(fields: Fields, trailers: Fields | null): string | undefined {
  return (trailers && getField(trailers, 'grpc-status')) ?? getField(fields, 'grpc-status')
}

function allow({ ok }: CheckResponse): Verdict {
  const { headers = [], headersToRemove = [], responseHeaders = [] } = ok ?? {}
  const unsafe = [...headers, ...responseHeaders].find(({ value }) => !isSafeValue(value))
  if (unsafe) return refuse(`the authoriser gave ${unsafe.name} a value with a control character`)
  const removals: FieldChange[] = headersToRemove.filter(isOpenName).map((name) => ({ kind: 'remove', name }))
  return {
    kind: 'allow',
    request: [...headers.filter(({ name }) => isOpenName(name)), ...removals],
    response: responseHeaders.filter(({ name }) => isOpenName(name)).map(keepCookies),
  }
}

/** Each Set-Cookie is a cookie of its own: replacing would take away those of the backend. */
function keepCookies(option: HeaderOption): HeaderOption {
  return option.name === 'set-cookie' ? { ...option, kind: 'add' } : option
}

function deny({ code, denied }: CheckResponse): Verdict {
  const { status = 0, headers = [], body = '' } = denied ?? {}
  const open = headers.filter(({ name }) => isOpenName(name))
  if (open.some(({ value }) => !isSafeValue(value)))
    return refuse('the authoriser sent a header with a control character')
  return {
    kind: 'deny',
    reply: {
      // Not said, or nothing that a refusal can be.
      status: status >= 300 && status <= 599 ? status : 403,
      fields: open.flatMap(({ name, value }) => [name, value]),
      body,
      why: `externalAuth: refused with code ${code ?? 'unknown'}`,
    },
  }
}
