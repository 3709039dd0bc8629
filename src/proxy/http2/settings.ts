import { CODE, MAX_FRAME_BYTES, MAX_WINDOW, SETTING } from './codes.ts'

/** What a SETTINGS frame changes, of what we care for. */
export interface PeerSettings {
  headerTableSize?: number
  initialWindow?: number
  maxConcurrentStreams?: number
  enablePush?: boolean
  enableConnectProtocol?: boolean
}

/** RFC 9113 6.5.2; `fault` is the error code of the connection. */
export function parseSettings(buffer: Buffer, start: number, end: number): PeerSettings | { readonly fault: number } {
  if ((end - start) % 6 !== 0) return { fault: CODE.frameSizeError }
  const settings: PeerSettings = {}
  for (let at = start; at < end; at += 6) {
    const value = buffer.readUInt32BE(at + 2)
    switch (buffer.readUInt16BE(at)) {
      case SETTING.headerTableSize:
        settings.headerTableSize = value
        break
      case SETTING.enablePush:
        if (value > 1) return { fault: CODE.protocolError }
        settings.enablePush = value === 1
        break
      case SETTING.maxConcurrentStreams:
        settings.maxConcurrentStreams = value
        break
      case SETTING.initialWindowSize:
        if (value > MAX_WINDOW) return { fault: CODE.flowControlError }
        settings.initialWindow = value
        break
      case SETTING.maxFrameSize:
        // Checked only: our frames have the size that everyone takes.
        if (value < MAX_FRAME_BYTES || value > 0xff_ffff) return { fault: CODE.protocolError }
        break
      case SETTING.enableConnectProtocol:
        if (value > 1) return { fault: CODE.protocolError }
        settings.enableConnectProtocol = value === 1
        break
    }
  }
  return settings
}

export function settingsPayload(settings: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6)
  settings.forEach(([name, value], i) => {
    payload.writeUInt16BE(name, i * 6)
    payload.writeUInt32BE(value, i * 6 + 2)
  })
  return payload
}
