import { Buffer } from 'node:buffer'
import type { ClientStream, Plane, RequestHead, ResponseHead } from '#proxy'
import { type RemoteKeys, usualFetchMs } from './ir.ts'

const maxSetBytes = 1024 * 1024

/** @returns undefined for everything but a whole 200: no redirect is followed, and nobody waits for more than `fetchMs` */
export function fetchText(
  plane: Plane,
  { backend, uri, fetchMs = usualFetchMs }: RemoteKeys,
): Promise<string | undefined> {
  const { protocol, host, pathname, search } = new URL(uri)
  const head: RequestHead = {
    method: 'GET',
    scheme: protocol === 'https:' ? 'https' : 'http',
    authority: host,
    path: `${pathname}${search}`,
    fields: ['accept', 'application/json'],
    contentLength: 0,
    upgrade: '',
    expectContinue: false,
  }
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let bytes = 0
    let status = 0
    let over = false
    const finish = (text: string | undefined) => {
      if (over) return
      over = true
      cancel()
      resolve(text)
    }
    const stop = (reason: 'timeout' | 'cancelled') => {
      if (over) return
      finish(undefined)
      stream.reset(reason)
    }
    const cancel = plane.after(fetchMs, () => stop('timeout'))
    const stream: ClientStream = plane.call(backend, head, true, {
      onInform() {},
      onResponse(response: ResponseHead) {
        status = response.status
      },
      onData(chunk) {
        bytes += chunk.length
        if (bytes > maxSetBytes) return stop('cancelled')
        chunks.push(chunk)
      },
      onEnd: () => finish(status === 200 ? Buffer.concat(chunks).toString('utf8') : undefined),
      onReset: () => finish(undefined),
      onWritable() {},
    })
  })
}
