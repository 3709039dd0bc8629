import { isGrpc } from '#ir'
import { getField, type ProxyFilter, type Reply, type RequestContext } from '#proxy'
import { type FaultInjectionNode, httpStatuses } from './ir.ts'

export const faultInjection: ProxyFilter<FaultInjectionNode> = {
  compile({ delay, abort }, plane) {
    const hits = (percent: number) => plane.random() * 100 < percent
    const cancelWait = Symbol('fault injection')

    const fail = ({ head }: RequestContext): Reply | undefined => {
      if (!abort || !hits(abort.percent)) return undefined
      const grpc = isGrpc(getField(head.fields, 'content-type'))
      // Success without a message would be no answer to a call.
      if ('status' in abort) return grpc && abort.status < 400 ? grpcReply(2) : reply(abort.status)
      return grpc ? grpcReply(abort.grpcStatus) : reply(httpStatuses[abort.grpcStatus] ?? 500)
    }

    return {
      onRequest(context) {
        if (!delay || !hits(delay.percent)) return fail(context)
        return new Promise((resolve) => {
          context.state[cancelWait] = plane.after(delay.ms, () => resolve(fail(context)))
        })
      },
      onDone({ state }) {
        const cancel = state[cancelWait]
        if (typeof cancel === 'function') cancel()
      },
    }
  },
}

const why = 'fault injected'

function reply(status: number): Reply {
  const isEmpty = status === 204 || status === 304
  return isEmpty
    ? { status, fields: [], body: '', why }
    : { status, fields: ['content-type', 'text/plain; charset=utf-8'], body: `${why}\n`, why }
}

/** gRPC over HTTP/2, "Trailers-Only": the status stands in the head. */
function grpcReply(status: number): Reply {
  const fields = ['content-type', 'application/grpc', 'grpc-status', String(status), 'grpc-message', why]
  return { status: 200, fields, body: '', why }
}
