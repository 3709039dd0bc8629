import { type EnvoyFilter, typed } from '#envoy'
import type { RequestBufferNode } from './ir.ts'

const type = 'envoy.extensions.filters.http.buffer.v3.Buffer'

export const requestBuffer: EnvoyFilter<RequestBufferNode> = {
  // Asleep; a size must stand there all the same.
  shared: typed(type, { max_request_bytes: 1 }),
  build: ({ maxBytes }) => ({
    perRoute: typed(`${type}PerRoute`, { buffer: { max_request_bytes: maxBytes } }),
  }),
}
