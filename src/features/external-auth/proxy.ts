import { type Plane, type ProxyFilter, type Reply, type RequestContext, removeField } from '#proxy'
import { AuthCall } from './auth-call.ts'
import { applyChanges } from './field-change.ts'
import { buildCheck, buildGrpcHead, judgeGrpc } from './grpc-check.ts'
import { buildHttpHead, isHttpPass, judgeHttp } from './http-check.ts'
import type { ExternalAuthNode } from './ir.ts'
import { type FieldChange, refusal, type Verdict } from './verdict.ts'

const broken: Reply = { status: 500, fields: [], body: '', why: 'externalAuth: its backendRef can not be used' }
// HTTPExternalAuthFilter.forwardBody asks for 4xx here, ForwardBodyConfig.maxSize for a cut body. Half a body can make an
// authoriser say yes to what it has not seen, so we refuse (RFC 9110 15.5.14).
const tooLarge: Reply = { status: 413, fields: [], body: '', why: 'externalAuth: body over forwardBody.maxSize' }

const noBody = new Uint8Array(0)

interface State {
  call: AuthCall
  /** For the response, once the request was let pass. */
  changes: readonly FieldChange[]
}

export const externalAuth: ProxyFilter<ExternalAuthNode> = {
  compile(node, plane) {
    const { backend, maxBodyBytes, open = false, statusOnError = 403 } = node
    if (backend === undefined) return { onRequest: () => broken }
    const mine = Symbol('externalAuth')
    const told = node.protocol.kind === 'http' ? node.protocol.allowedResponseHeaders : []
    const stateOf = ({ state }: RequestContext) => state[mine] as State | undefined
    return {
      ...(maxBodyBytes > 0 ? { bufferRequest: maxBodyBytes } : {}),
      onRequest(context) {
        const body = bodyFor(context, maxBodyBytes)
        if (!body) return tooLarge
        const question = ask(node, backend, plane, context, body)
        const state: State = { call: question.call, changes: [] }
        context.state[mine] = state
        return question.verdict.then((verdict) => {
          if (verdict.kind === 'none') {
            if (!open) return refusal(statusOnError, verdict.why)
            // What only the authoriser may say, nobody says then.
            for (const name of told) removeField(context.head.fields, name)
            return undefined
          }
          if (verdict.kind === 'deny') return verdict.reply
          applyChanges(context.head.fields, verdict.request)
          state.changes = verdict.response
          return undefined
        })
      },
      onResponse(context, head) {
        const state = stateOf(context)
        if (state) applyChanges(head.fields, state.changes)
      },
      onDone(context) {
        stateOf(context)?.call.cancel()
      },
    }
  },
}

/** Undefined: larger than allowed. Another filter may have asked for more than we did. */
function bodyFor({ bufferedBody, head }: RequestContext, maxBodyBytes: number): Uint8Array | undefined {
  // After an upgrade comes a tunnel, not a body.
  if (maxBodyBytes === 0 || head.upgrade !== '') return noBody
  return bufferedBody && bufferedBody.length <= maxBodyBytes ? bufferedBody : undefined
}

function ask(
  { protocol, timeoutMs }: ExternalAuthNode,
  backend: string,
  plane: Plane,
  context: RequestContext,
  body: Uint8Array,
): { call: AuthCall; verdict: Promise<Verdict> } {
  if (protocol.kind === 'http') {
    const call = new AuthCall(isHttpPass)
    call.start(plane, backend, buildHttpHead(protocol, context, body.length), body, timeoutMs)
    return { call, verdict: call.answer.then((answer) => judgeHttp(protocol, answer)) }
  }
  const call = new AuthCall(() => false)
  const check = buildCheck(protocol, context, body)
  call.start(plane, backend, buildGrpcHead(context, check.length, timeoutMs), check, timeoutMs)
  return { call, verdict: call.answer.then(judgeGrpc) }
}
