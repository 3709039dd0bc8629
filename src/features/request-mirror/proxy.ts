import type { Plane, ProxyFilter, RequestHead } from '#proxy'
import { type Allowance, Copy } from './copy.ts'
import type { RequestMirrorNode } from './ir.ts'

/** Copies in flight of one mirror and worker. A mirror that hangs must not pile up; above, requests go uncopied. */
const maxCopies = 1_000
/** Body bytes held for all copies of one mirror and worker. */
const maxHeldBytes = 16 * 1024 * 1024

export const requestMirror: ProxyFilter<RequestMirrorNode> = {
  compile({ backend, share }, plane) {
    const { numerator, denominator } = share
    if (backend === undefined || numerator === 0) return {}
    // Of its own, as a rule may have several mirrors.
    const mine = Symbol('requestMirror')
    const allowance: Allowance = { copies: maxCopies, bytes: maxHeldBytes }
    const copyOf = (state: Record<symbol, unknown>) => state[mine] as Copy | undefined
    return {
      onRequest({ head, state }) {
        // An upgrade becomes a tunnel: a conversation with the backend, of which a copy means nothing.
        if (head.upgrade !== '' || allowance.copies === 0) return undefined
        if (numerator < denominator && plane.random() >= numerator / denominator) return undefined
        state[mine] = startCopy(plane, backend, head, allowance)
        return undefined
      },
      onRequestData({ state }, chunk) {
        copyOf(state)?.write(chunk)
      },
      onRequestEnd({ state }) {
        copyOf(state)?.end()
      },
      onDone({ state }) {
        copyOf(state)?.leave()
      },
    }
  },
}

function startCopy(plane: Plane, backend: string, head: RequestHead, allowance: Allowance): Copy {
  const hasBody = head.contentLength !== 0
  // Gateway API asks for the request as it is: same Host (Envoy would append "-shadow"), and the fields as changed by now.
  const copied: RequestHead = { ...head, fields: [...head.fields], expectContinue: false }
  const copy = new Copy(allowance, hasBody, (ms, then) => plane.after(ms, then))
  copy.start(plane.call(backend, copied, !hasBody, copy))
  return copy
}
