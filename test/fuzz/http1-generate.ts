/** A small generator with a seed, so that a failure can be played again (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** 0 ≤ n < below */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }
}

const METHODS = ['GET', 'GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'PURGE']
const TARGETS = [
  '/',
  '/a',
  '/a/b?c=d',
  '/%41',
  'http://a.test/x',
  'http://a.test',
  '*',
  '/\x7f',
  '//x',
  '/a#b',
  '/a\\b',
]
const FIELD_LINES = [
  'Accept: */*',
  'X-A: b',
  'x-a:c',
  'Cookie: a=b; c=d',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: upgrade',
  'Upgrade: echo',
  'Expect: 100-continue',
  'TE: trailers',
  'X: \xe4',
  'X:',
  'Host: b.test',
  'Content-Length: 3',
  'Content-Length: 0',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'X: a\r\n b',
  'X : y',
]
/** What a mutation puts in: the bytes on which parsers have disagreed. */
const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ';',
  ',',
  '0',
  '1',
  'f',
  '\x0b',
  '\x85',
  '\xff',
  '"',
  '\r\n\r\n',
  '0\r\n\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: x\r\n',
  'GET /evil HTTP/1.1\r\nHost: a.test\r\n\r\n',
]

function chunks(random: Random): string {
  let text = ''
  for (let n = random.below(4); n > 0; n--) {
    const size = 1 + random.below(20)
    const extension = random.pick(['', '', '', ';a', ';a=b', ';a="b c"', ' ;a', ';'])
    text += `${random.pick(['', '', '0', '00'])}${size.toString(16)}${extension}\r\n${'x'.repeat(size)}\r\n`
  }
  return `${text}0\r\n${random.pick(['', '', '', 'T: u\r\n', 'Content-Length: 3\r\n', 'T: u\r\n v\r\n'])}\r\n`
}

function request(random: Random): string {
  const version = random.pick(['1.1', '1.1', '1.1', '1.1', '1.0', '2.0'])
  const lines = ['Host: a.test']
  for (let n = random.below(4); n > 0; n--) lines.push(random.pick(FIELD_LINES))
  let body = ''
  switch (random.below(3)) {
    case 1: {
      const length = random.below(30)
      lines.push(`Content-Length: ${length}`)
      body = random.pick(['x', '\r', '0', '\n']).repeat(length)
      break
    }
    case 2:
      lines.push('Transfer-Encoding: chunked')
      body = chunks(random)
  }
  const line = `${random.pick(METHODS)} ${random.below(4) > 0 ? '/' : random.pick(TARGETS)} HTTP/${version}`
  return `${line}\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

/** One to three requests, most of them nearly right. */
export function generateRequests(random: Random): string {
  let text = ''
  for (let n = 1 + random.below(3); n > 0; n--) text += request(random)
  return mutate(text, random)
}

/** A response that is right, and whether its end is marked. */
export function generateResponse(random: Random): string {
  const inform = random.below(5) === 0 ? 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n' : ''
  const status = random.pick([200, 200, 404, 500])
  const extra = random.pick(['', 'X: y\r\n', 'Connection: close\r\n', 'Set-Cookie: a\r\nSet-Cookie: b\r\n'])
  if (random.below(2) === 0) {
    const length = random.below(50)
    return `${inform}HTTP/1.1 ${status} x\r\n${extra}Content-Length: ${length}\r\n\r\n${'x'.repeat(length)}`
  }
  const size = 1 + random.below(50)
  const trailer = random.pick(['', 'T: u\r\n'])
  return `${inform}HTTP/1.1 ${status} x\r\n${extra}Transfer-Encoding: chunked\r\n\r\n${size.toString(16)};a=b\r\n${'x'.repeat(size)}\r\n0\r\n${trailer}\r\n`
}

/** Some pieces put in, taken out or doubled; often none. */
export function mutate(text: string, random: Random): string {
  let mutated = text
  for (let n = random.below(4); n > 0; n--) {
    const at = random.below(mutated.length + 1)
    const length = random.below(4)
    switch (random.below(4)) {
      case 0:
        mutated = mutated.slice(0, at) + random.pick(PIECES) + mutated.slice(at)
        break
      case 1:
        mutated = mutated.slice(0, at) + mutated.slice(at + length)
        break
      case 2:
        mutated = mutated.slice(0, at) + String.fromCharCode(random.below(256)) + mutated.slice(at + 1)
        break
      default:
        mutated = mutated.slice(0, at) + mutated.slice(Math.max(0, at - 20 * length))
    }
  }
  return mutated
}

/** The same bytes in pieces, as a network may deliver them. */
export function split(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = []
  const longest = random.pick([1, 3, 20, 100_000])
  for (let i = 0; i < bytes.length; ) {
    const length = 1 + random.below(longest)
    pieces.push(bytes.subarray(i, i + length))
    i += length
  }
  return pieces
}
