/** Answers a query for an A record (RFC 1035 4.1) with one address. */
export function answerDns(query: Buffer, address: string): Buffer {
  let end = 12
  while (query[end] !== 0) end += query[end]! + 1
  const question = query.subarray(12, end + 5)
  const head = Buffer.alloc(12)
  query.copy(head, 0, 0, 2)
  // A response, recursion desired and available, no error; one question, one answer.
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(1, 6)
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)])
  return Buffer.concat([head, question, record])
}
