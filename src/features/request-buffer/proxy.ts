import type { ProxyFilter, Reply } from '#proxy'
import type { RequestBufferNode } from './ir.ts'

export const requestBuffer: ProxyFilter<RequestBufferNode> = {
  compile: ({ maxBytes }) => ({
    bufferRequest: maxBytes,
    onRequest: ({ bufferedBody }) => (bufferedBody === undefined ? tooLarge : undefined),
  }),
}

const tooLarge: Reply = {
  status: 413,
  fields: ['content-type', 'text/plain; charset=utf-8'],
  body: '413 the request is too large\n',
  why: 'the request is too large',
}
