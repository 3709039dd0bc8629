/** Frame types (RFC 9113 6). */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

/** Frame flags. `ack` shares its bit with `endStream`, on other frame types. */
export const FLAG = { ack: 0x1, endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const

/** Settings (RFC 9113 6.5.2; the last one RFC 8441 3). */
export const SETTING = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
  enableConnectProtocol: 8,
} as const

/** Error codes of RST_STREAM and GOAWAY (RFC 9113 7). */
export const CODE = {
  noError: 0x0,
  protocolError: 0x1,
  internalError: 0x2,
  flowControlError: 0x3,
  streamClosed: 0x5,
  frameSizeError: 0x6,
  refusedStream: 0x7,
  cancel: 0x8,
  compressionError: 0x9,
  enhanceYourCalm: 0xb,
} as const

/** What a client says first (RFC 9113 3.4). */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

export const FRAME_HEADER_BYTES = 9
/** We never raise SETTINGS_MAX_FRAME_SIZE: bigger frames would only delay the frames of other streams. */
export const MAX_FRAME_BYTES = 16_384
export const DEFAULT_WINDOW = 65_535
export const MAX_WINDOW = 0x7fff_ffff
export const MAX_STREAM_ID = 0x7fff_ffff
