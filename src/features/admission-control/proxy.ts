import { isGrpc } from '#ir'
import { type Fields, getField, type ProxyFilter, plainReply } from '#proxy'
import type { AdmissionControlNode } from './ir.ts'
import { rejectionShare } from './rejection-share.ts'
import { SuccessWindow } from './success-window.ts'

/** Each route of each worker has its window, which lasts as long as the route stays as it is. */
export const admissionControl: ProxyFilter<AdmissionControlNode> = {
  compile(node, plane) {
    const window = new SuccessWindow(node.windowSeconds)
    const isSuccess = judgeOf(node.successStatuses)
    const grpcSuccesses = new Set(node.successGrpcStatuses.map(String))
    const counts = Symbol('admission control')

    return {
      onRequest({ state }) {
        window.forget(performance.now())
        const share = rejectionShare(node, window)
        // Who is refused is not counted: the backend could never come back.
        if (share > 0 && plane.random() < share) return refusal
        state[counts] = true
        return undefined
      },
      onResponse({ state }, { status, fields }) {
        // Answered before it came here: that says nothing about the backend.
        if (state[counts] !== true) return
        const grpc = status === 200 && isGrpc(getField(fields, 'content-type'))
        const grpcStatus = grpc ? getField(fields, 'grpc-status') : undefined
        // A call's status usually stands behind its messages.
        if (grpc && grpcStatus === undefined) return
        state[counts] = false
        const succeeded = grpcStatus === undefined ? isSuccess(status) : grpcSuccesses.has(grpcStatus)
        window.record(succeeded, performance.now())
      },
      onResponseEnd({ state }, trailers) {
        if (state[counts] !== true || trailers === null) return
        window.record(grpcSuccesses.has(statusBehind(trailers)), performance.now())
      },
    }
  },
}

const refusal = plainReply(503, 'too many of the last requests have failed')

function statusBehind(trailers: Fields): string {
  return getField(trailers, 'grpc-status') ?? ''
}

function judgeOf(statuses: readonly number[] | undefined): (status: number) => boolean {
  if (!statuses) return (status) => status < 500
  const successes = new Set(statuses)
  return (status) => successes.has(status)
}
