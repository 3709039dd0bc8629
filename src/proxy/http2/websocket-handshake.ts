import { createHash, randomBytes } from 'node:crypto'
import { type Fields, getField, removeField, setField } from '../message.ts'

// HTTP/2 opens a WebSocket without the key and its answer, which HTTP/1.1 demands (RFC 8441 5). The core knows the latter
// form only, whatever the two sides speak: these are added on the way in and taken away on the way out.

const KEY = 'sec-websocket-key'
const ACCEPT = 'sec-websocket-accept'
/** RFC 6455 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Gives a request from HTTP/2 the key that a backend of HTTP/1.1 wants to see. */
export function addWebSocketKey(fields: Fields): void {
  setField(fields, KEY, randomBytes(16).toString('base64'))
}

/** The fields of a request as HTTP/2 sends them, and the key that was among them; '' when there was none. */
export function takeWebSocketKey(fields: Fields): { readonly fields: Fields; readonly key: string } {
  const rest = [...fields]
  removeField(rest, KEY)
  return { fields: rest, key: getField(fields, KEY) ?? '' }
}

/** Answers the key as a server of HTTP/1.1 would (RFC 6455 4.2.2). */
export function addWebSocketAccept(fields: Fields, key: string): void {
  setField(
    fields,
    ACCEPT,
    createHash('sha1')
      .update(key + GUID)
      .digest('base64'),
  )
}

export function removeWebSocketAccept(fields: Fields): void {
  removeField(fields, ACCEPT)
}
