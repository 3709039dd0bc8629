import { Buffer } from 'node:buffer'
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import {
  type BodySink,
  type BodyTransform,
  getField,
  joinField,
  type Plane,
  type ProxyFilter,
  type RequestContext,
  type ResponseHead,
  removeField,
  setField,
} from '#proxy'
import { chooseCoding } from './accepted-codings.ts'
import type { CompressionNode } from './ir.ts'

type Coding = CompressionNode['codings'][number]

/** Envoy's list (CommonDirectionConfig.content_type). */
const compressible = new Set([
  'application/javascript',
  'application/json',
  'application/xhtml+xml',
  'image/svg+xml',
  'text/css',
  'text/html',
  'text/plain',
  'text/xml',
])

export const compression: ProxyFilter<CompressionNode> = {
  compile({ codings }, plane) {
    const accepted = Symbol('accept-encoding')
    const names = codings.map(({ coding }) => coding)
    return {
      // The backend answers in plain text, so that nothing is packed twice or by the wrong coding.
      onRequest({ head, state }) {
        state[accepted] = joinField(head.fields, 'accept-encoding') ?? ''
        removeField(head.fields, 'accept-encoding')
        return undefined
      },
      // Also where there is no body, as in the answer to HEAD, and where this client takes no coding.
      onResponse(_, head) {
        if (isCompressible(head) && !codings.every(({ minBytes }) => isShort(head, minBytes))) addVary(head)
      },
      transformResponse({ state }: RequestContext, head: ResponseHead) {
        if (!isCompressible(head)) return undefined
        const chosen = codings[chooseCoding(String(state[accepted] ?? ''), names)]
        if (!chosen || isShort(head, chosen.minBytes)) return undefined
        setField(head.fields, 'content-encoding', chosen.coding)
        weakenTag(head)
        const isSmall = head.contentLength >= 0 && head.contentLength <= mostAtOnce
        return isSmall ? new SmallBody(chosen.coding) : new PackedBody(chosen.coding, plane)
      },
    }
  },
}

function isShort({ contentLength }: ResponseHead, minBytes: number): boolean {
  return contentLength >= 0 && contentLength < minBytes
}

function isCompressible({ status, fields }: ResponseHead): boolean {
  const type = getField(fields, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  // As Envoy has it: what has no type may be packed.
  if (type !== undefined && !compressible.has(type)) return false
  // A part is a part of the text as it was asked for (RFC 9110 14.4).
  if (status === 206 || getField(fields, 'content-range') !== undefined) return false
  if (getField(fields, 'content-encoding') !== undefined) return false
  const control = joinField(fields, 'cache-control') ?? ''
  return !control.split(',').some((directive) => directive.trim().toLowerCase() === 'no-transform')
}

/** RFC 9110 12.5.5: caches must know that the answer depends on the field. */
function addVary({ fields }: ResponseHead): void {
  const vary = joinField(fields, 'vary') ?? ''
  const names = vary.split(',').map((name) => name.trim().toLowerCase())
  if (names.includes('*') || names.includes('accept-encoding')) return
  setField(fields, 'vary', vary === '' ? 'Accept-Encoding' : `${vary}, Accept-Encoding`)
}

/** RFC 9110 8.8.3.3: other bytes must not have the same strong tag. */
function weakenTag({ fields }: ResponseHead): void {
  const tag = getField(fields, 'etag')
  if (tag !== undefined && !tag.startsWith('W/')) setField(fields, 'etag', `W/${tag}`)
}

// Packing it takes less time than handing it to another thread and back.
const mostAtOnce = 65_536

/** A body that comes whole soon, packed at its end. */
class SmallBody implements BodyTransform {
  readonly #coding: Coding['coding']
  readonly #chunks: Uint8Array[] = []
  #sink: BodySink | undefined
  #isPaused = false
  #hasEnded = false

  constructor(coding: Coding['coding']) {
    this.#coding = coding
  }

  start(sink: BodySink): void {
    this.#sink = sink
  }

  write(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk)
    return true
  }

  end(): void {
    this.#hasEnded = true
    if (!this.#isPaused) this.#pack()
  }

  #pack(): void {
    const sink = this.#sink
    this.#sink = undefined
    sink?.onData(packAtOnce(this.#coding, Buffer.concat(this.#chunks)))
    sink?.onEnd()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    if (this.#hasEnded) this.#pack()
  }

  destroy(): void {
    this.#sink = undefined
  }
}

// A pause in a stream of text sends what has come so far on its way.
const flushMs = 10

/** The body, packed as it streams through. */
class PackedBody implements BodyTransform {
  readonly #plane: Plane
  readonly #packer: ReturnType<typeof createPacker>
  #cancelFlush: (() => void) | undefined

  constructor(coding: Coding['coding'], plane: Plane) {
    this.#plane = plane
    this.#packer = createPacker(coding)
  }

  start(sink: BodySink): void {
    this.#packer.on('data', (chunk: Buffer) => sink.onData(chunk))
    this.#packer.on('drain', () => sink.onDrain())
    this.#packer.on('end', () => sink.onEnd())
    this.#packer.on('error', (error) => sink.onError(error))
  }

  write(chunk: Uint8Array): boolean {
    this.#cancelFlush?.()
    this.#cancelFlush = this.#plane.after(flushMs, () => this.#packer.flush())
    return this.#packer.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  }

  end(): void {
    this.#cancelFlush?.()
    this.#packer.end()
  }

  pause(): void {
    this.#packer.pause()
  }

  resume(): void {
    this.#packer.resume()
  }

  destroy(): void {
    this.#cancelFlush?.()
    this.#packer.removeAllListeners()
    this.#packer.on('error', () => {})
    this.#packer.destroy()
  }
}

// Answers are packed while somebody waits: the levels at which servers do that, not those for archives.
const gzipOptions = { level: 5 }
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

function createPacker(coding: Coding['coding']) {
  switch (coding) {
    case 'gzip':
      return createGzip(gzipOptions)
    case 'br':
      return createBrotliCompress(brotliOptions)
    case 'zstd':
      return createZstdCompress(zstdOptions)
  }
}

function packAtOnce(coding: Coding['coding'], body: Buffer): Buffer {
  switch (coding) {
    case 'gzip':
      return gzipSync(body, gzipOptions)
    case 'br':
      return brotliCompressSync(body, brotliOptions)
    case 'zstd':
      return zstdCompressSync(body, zstdOptions)
  }
}
