/** One message as gRPC sends it (gRPC over HTTP/2, Length-Prefixed-Message): not compressed, four octets of length, itself. */
export function frameMessage(text: string): Buffer {
  const message = Buffer.from(text)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** The first message of a body; '' when there is none. */
export function unframeMessage(body: Buffer): string {
  return body.length < 5 ? '' : body.subarray(5, 5 + body.readUInt32BE(1)).toString()
}
