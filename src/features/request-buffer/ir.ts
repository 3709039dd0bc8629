/** Requests are held until they are whole; larger ones are refused. */
export interface RequestBufferNode {
  readonly kind: 'requestBuffer'
  readonly maxBytes: number
}
