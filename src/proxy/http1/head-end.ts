import { CR, LF, TOKEN } from './characters.ts'
import { Fault } from './fault.ts'

/**
 * Finds where the head that begins at `start` ends: the index behind its CRLF CRLF, or -1 while it is incomplete. `from`
 * is where new bytes begin. Throws a Fault as soon as it is clear that no good head will come.
 */
export function findHeadEnd(buffer: Buffer, start: number, from: number, maxBytes: number): number {
  const found = buffer.indexOf('\r\n\r\n', Math.max(start, from - 3), 'latin1')
  const end = found < 0 ? buffer.length : found + 4
  if (end - start > maxBytes) {
    const line = buffer.indexOf('\r\n', start, 'latin1')
    if (line < 0 || line - start > maxBytes) throw new Fault(414, 'request line too long')
    throw new Fault(431, 'header section too large')
  }
  if (found >= 0) return end
  if (start < buffer.length && TOKEN[buffer[start]!] === 0 && buffer[start] !== CR) throw new Fault(400, 'not HTTP')
  refuseBareLineFeed(buffer, Math.max(start, from))
  return -1
}

/** Refuses a line feed that no carriage return precedes: waiting for the rest of such a message can only end badly. */
export function refuseBareLineFeed(bytes: Buffer, from: number): void {
  for (let i = bytes.indexOf(LF, from); i >= 0; i = bytes.indexOf(LF, i + 1)) {
    if (i === 0 || bytes[i - 1] !== CR) throw new Fault(400, 'bare line feed')
  }
}

/** RFC 9112 2.2: one empty line before a request line is passed over. */
export function headStart(buffer: Buffer, i: number): number {
  return buffer[i] === CR && buffer[i + 1] === LF ? i + 2 : i
}
