import { CODE, FLAG, MAX_WINDOW } from './codes.ts'
import { FieldSection, type SectionLimits } from './field-section.ts'
import { HpackDecoder } from './hpack-decoder.ts'
import { coarseNow } from './sweep.ts'

const MAX_CONTINUATIONS = 64

/** What breaks a connection (RFC 9113 5.4.1). */
export interface ConnectionFault {
  readonly code: number
  readonly why: string
}

/** 'whole': the block has ended, and is decoded. */
export type BlockProgress = 'more' | 'whole' | ConnectionFault

const tooLarge: ConnectionFault = { code: CODE.enhanceYourCalm, why: 'header block too large' }
const undecodable: ConnectionFault = { code: CODE.compressionError, why: 'broken header block' }
const ofNothing: ConnectionFault = { code: CODE.protocolError, why: 'CONTINUATION of nothing' }
const badPadding: ConnectionFault = { code: CODE.protocolError, why: 'padding longer than its frame' }
const noPriority: ConnectionFault = { code: CODE.frameSizeError, why: 'no room for the priority' }

/** Field blocks of a connection: HEADERS and the CONTINUATION frames that follow (RFC 9113 4.3, 6.2, 6.10). */
export class FieldBlocks {
  /** The last whole one. */
  readonly section: FieldSection
  /** It is the last of its stream. */
  ends = false
  /** Whose block waits for its rest; 0: none does. */
  stream = 0
  /** Since when; 0: none does. */
  since = 0
  readonly #limits: SectionLimits
  readonly #decoder = new HpackDecoder()
  #parts: Buffer[] = []
  #bytes = 0
  #dependsOnItself = false

  constructor(limits: SectionLimits) {
    this.#limits = limits
    this.section = new FieldSection(limits)
  }

  onHeaders(flags: number, id: number, buffer: Buffer, frameStart: number, frameEnd: number): BlockProgress {
    let start = frameStart
    let end = frameEnd
    if (flags & FLAG.padded) {
      const padding = end > start ? buffer[start]! : 0
      if (padding >= end - start) return badPadding
      start++
      end -= padding
    }
    this.#dependsOnItself = false
    if (flags & FLAG.priority) {
      if (end - start < 5) return noPriority
      this.#dependsOnItself = (buffer.readUInt32BE(start) & MAX_WINDOW) === id
      start += 5
    }
    this.ends = (flags & FLAG.endStream) !== 0
    if (flags & FLAG.endHeaders) return this.#decode(buffer, start, end)
    this.since = coarseNow()
    this.stream = id
    this.#parts = [buffer.subarray(start, end)]
    this.#bytes = end - start
    return 'more'
  }

  onContinuation(flags: number, buffer: Buffer, start: number, end: number): BlockProgress {
    if (this.stream === 0) return ofNothing
    this.#parts.push(buffer.subarray(start, end))
    this.#bytes += end - start
    // CVE-2024-27316: neither bytes nor frames without end.
    if (this.#bytes > this.#limits.maxHeaderBytes || this.#parts.length > MAX_CONTINUATIONS) return tooLarge
    if (!(flags & FLAG.endHeaders)) return 'more'
    const block = Buffer.concat(this.#parts, this.#bytes)
    this.#parts = []
    this.stream = 0
    this.since = 0
    return this.#decode(block, 0, block.length)
  }

  #decode(buffer: Buffer, start: number, end: number): BlockProgress {
    this.section.reset()
    if (!this.#decoder.decode(buffer, start, end, this.section)) return undecodable
    // RFC 7540 5.3.1; priorities are history, their mistakes are not.
    if (this.#dependsOnItself) this.section.fault = 'a stream that depends on itself'
    return 'whole'
  }
}
