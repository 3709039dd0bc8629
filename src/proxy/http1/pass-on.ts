import type { SocketReader } from '../socket-reader.ts'
import { type LentReceiver, maxSmallLoan } from '../stream.ts'

/**
 * Hands body bytes to the core: lent where it can borrow and the memory allows it, else as its own.
 * @param reader whose memory the bytes are; undefined: they are nobody else's
 */
export function passOn(
  bytes: Buffer,
  reader: SocketReader | undefined,
  handler: LentReceiver & { onData(chunk: Uint8Array): void },
): void {
  if (reader === undefined) return handler.onData(bytes)
  if (handler.onLentData && (bytes.length <= maxSmallLoan || reader.lendable)) {
    if (handler.onLentData(bytes) === 'kept') reader.kept()
    return
  }
  if (handler.onLentData) reader.startBulk()
  handler.onData(Buffer.from(bytes))
}
