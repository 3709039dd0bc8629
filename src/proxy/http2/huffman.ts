/**
 * Code length of each octet, as a letter: `a` is 5 bits. HPACK's code (RFC 7541 appendix B) is canonical: codes are counted
 * upwards by (length, octet), so the lengths alone give the whole table.
 */
const CODE_LENGTHS =
  'isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhfibccccccccccccccccccccccdcdioijbkabababbbaccbb' +
  'babcbaabccccckgjixprpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrsvvporsruvvvwwvtuoqvwwvwtqqvv' +
  'xwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwv'
const EOS_LENGTH = 30

/**
 * Decoding goes half an octet at a time. A state is a place in the code's tree between two halves; each entry packs
 * `next state | octet << 8 | EMITS | FAILS`. No code is shorter than 5 bits, so a half completes at most one.
 */
const EMITS = 1 << 16
const FAILS = 1 << 17
const { transitions, accepting } = buildStates()

let scratch = Buffer.allocUnsafeSlow(4096)

/** Text of a Huffman-coded string literal, or undefined when it is not a proper one (RFC 7541 5.2). */
export function decodeHuffman(buffer: Buffer, start: number, end: number): string | undefined {
  const longest = Math.ceil(((end - start) * 8) / 5)
  if (longest > scratch.length) scratch = Buffer.allocUnsafeSlow(longest * 2)
  const out = scratch
  let length = 0
  let state = 0
  for (let i = start; i < end; i++) {
    const octet = buffer[i]!
    const high = transitions[(state << 4) | (octet >> 4)]!
    if (high & EMITS) out[length++] = (high >> 8) & 0xff
    const low = transitions[((high & 0xff) << 4) | (octet & 15)]!
    if (low & EMITS) out[length++] = (low >> 8) & 0xff
    if ((high | low) & FAILS) return undefined
    state = low & 0xff
  }
  // Padding is at most 7 bits, all ones: the beginning of EOS.
  return accepting[state] === 1 ? out.toString('latin1', 0, length) : undefined
}

function buildStates(): { transitions: Int32Array; accepting: Uint8Array } {
  // Inner nodes are numbered from 0 (the root); a leaf is -2 - octet; -1 is not there yet.
  const children: [number, number][] = [[-1, -1]]
  const octets = Array.from({ length: 257 }, (_, octet) => octet)
  const lengthOf = (octet: number) => (octet === 256 ? EOS_LENGTH : CODE_LENGTHS.charCodeAt(octet) - 92)
  octets.sort((a, b) => lengthOf(a) - lengthOf(b) || a - b)
  let code = 0
  let previous = lengthOf(octets[0]!)
  for (const octet of octets) {
    const length = lengthOf(octet)
    code *= 2 ** (length - previous)
    previous = length
    let node = 0
    for (let bit = length - 1; bit >= 0; bit--) {
      const side = (code >>> bit) & 1
      if (bit === 0) children[node]![side] = -2 - octet
      else if (children[node]![side] === -1) children[node]![side] = children.push([-1, -1]) - 1
      if (bit > 0) node = children[node]![side]!
    }
    code++
  }
  const transitions = new Int32Array(children.length * 16)
  for (let state = 0; state < children.length; state++) {
    for (let half = 0; half < 16; half++) transitions[(state << 4) | half] = walk(children, state, half)
  }
  const accepting = new Uint8Array(children.length)
  for (let node = 0, depth = 0; depth < 8; depth++) {
    accepting[node] = 1
    node = children[node]![1]
  }
  return { transitions, accepting }
}

function walk(children: readonly [number, number][], state: number, half: number): number {
  let node = state
  let emitted = 0
  for (let bit = 3; bit >= 0; bit--) {
    node = children[node]![((half >> bit) & 1) as 0 | 1]
    if (node > -2) continue
    const octet = -2 - node
    if (octet === 256) return FAILS
    emitted = EMITS | (octet << 8)
    node = 0
  }
  return emitted | node
}
