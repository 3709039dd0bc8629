import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeaderField } from './header-field.ts'
import { HpackDecoder } from './hpack-decoder.ts'
import { HpackEncoder } from './hpack-encoder.ts'

function decode(decoder: HpackDecoder, hex: string): string[] | 'broken' {
  const buffer = Buffer.from(hex.replace(/\s/g, ''), 'hex')
  const lines: string[] = []
  const ok = decoder.decode(buffer, 0, buffer.length, { add: (f: HeaderField) => lines.push(`${f.name}: ${f.value}`) })
  return ok ? lines : 'broken'
}

const requests = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
]

const cookie = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'
const responses = [
  [
    ':status: 302',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:21 GMT',
    'location: https://www.example.com',
  ],
  [
    ':status: 307',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:21 GMT',
    'location: https://www.example.com',
  ],
  [
    ':status: 200',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:22 GMT',
    'location: https://www.example.com',
    'content-encoding: gzip',
    cookie,
  ],
]

test('RFC 7541 C.3: requests without Huffman coding', () => {
  const decoder = new HpackDecoder()
  const blocks = [
    '828684410f7777772e6578616d706c652e636f6d',
    '828684be58086e6f2d6361636865',
    '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
  ]
  blocks.forEach((block, i) => {
    assert.deepEqual(decode(decoder, block), requests[i])
  })
})

test('RFC 7541 C.4: requests with Huffman coding', () => {
  const decoder = new HpackDecoder()
  const blocks = [
    '828684418cf1e3c2e5f23a6ba0ab90f4ff',
    '828684be5886a8eb10649cbf',
    '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
  ]
  blocks.forEach((block, i) => {
    assert.deepEqual(decode(decoder, block), requests[i])
  })
})

test('RFC 7541 C.6: responses with Huffman coding and a table of 256 octets that evicts', () => {
  const decoder = new HpackDecoder()
  const blocks = [
    '3fe101 488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
    '4883640effc1c0bf',
    `88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af
     27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007`,
  ]
  blocks.forEach((block, i) => {
    assert.deepEqual(decode(decoder, block), responses[i])
  })
})

test('broken blocks are refused', () => {
  const broken = {
    'index 0': '80',
    'index beyond the tables': 'be',
    'integer that never ends': 'ffffffffffffffff7f',
    'integer cut short': 'ff',
    'string longer than the block': '400a6162',
    'literal without a value': '400161',
    'size update above the limit': '3fe2ff03',
    'size update behind a field': '8220',
    'Huffman padding of zeros': '0001618118',
    'Huffman padding longer than 7 bits': '000161821fff',
    'Huffman EOS inside': '00016184ffffffff',
  }
  for (const [why, hex] of Object.entries(broken)) assert.equal(decode(new HpackDecoder(), hex), 'broken', why)
})

function encode(encoder: HpackEncoder, fields: readonly string[]): Buffer {
  const buffer = Buffer.alloc(32_768)
  encoder.begin(buffer, 0)
  for (let i = 0; i < fields.length; i += 2) assert.ok(encoder.field(fields[i]!, fields[i + 1]!))
  return buffer.subarray(0, encoder.position)
}

function flat(lines: string[] | 'broken'): string[] {
  assert.notEqual(lines, 'broken')
  return (lines as string[]).flatMap((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])
}

test('what the encoder writes, the decoder reads, whatever the tables did in between', () => {
  const encoder = new HpackEncoder()
  const decoder = new HpackDecoder()
  let seed = 7
  const random = (n: number) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return (seed >> 8) % n
  }
  for (let round = 0; round < 3000; round++) {
    if (random(50) === 0) encoder.setMaxSize([0, 100, 300, 4096, 65_536][random(5)]!)
    if (random(70) === 0) {
      encode(encoder, ['x-lost', 'a', 'x-lost', 'a', 'x-lost', 'b'])
      encoder.abandon()
    }
    const fields: string[] = []
    for (let i = random(8); i >= 0; i--) {
      const name = ['content-type', 'x-a', 'x-b', 'server', 'authorization', `x-${random(300)}`, 'user-agent'][
        random(7)
      ]!
      fields.push(name, random(30) === 0 ? 'v'.repeat(random(6000)) : `value-${random(4)}${'é'.repeat(random(3))}`)
    }
    const block = encode(encoder, fields)
    assert.deepEqual(flat(decode(decoder, block.toString('hex'))), fields, `round ${round}`)
  }
})

test('a field seen again costs an octet; secrets are never indexed', () => {
  const encoder = new HpackEncoder()
  encode(encoder, ['x-a', 'same'])
  encode(encoder, ['x-a', 'same'])
  assert.equal(encode(encoder, ['x-a', 'same']).length, 1)
  for (let i = 0; i < 3; i++) {
    const block = encode(encoder, ['authorization', 'Bearer x'])
    assert.equal(block[0]! & 0xf0, 0x10)
    assert.ok(block.includes('Bearer x'))
  }
})

test('the encoder refuses what would split messages, and drops what HTTP/2 does not have', () => {
  for (const value of ['a\r\nb', 'a\nb', 'a\0b', 'a\x7f', '\u0100', `${'long '.repeat(20)}\r\n`]) {
    const encoder = new HpackEncoder()
    encoder.begin(Buffer.alloc(1000), 0)
    assert.equal(encoder.field('x-a', `.${value}.`), false, JSON.stringify(value))
  }
  for (const name of ['', 'X-Upper', 'a b', ':path', 'a:', 'é', 'a\n']) {
    const encoder = new HpackEncoder()
    encoder.begin(Buffer.alloc(1000), 0)
    encoder.path('/')
    assert.equal(encoder.field(name, 'v'), false, JSON.stringify(name))
  }
  assert.equal(
    encode(new HpackEncoder(), ['connection', 'close', 'transfer-encoding', 'chunked', 'host', 'a']).length,
    0,
  )
  assert.ok(encode(new HpackEncoder(), ['x-a', ' padded\t']).subarray(-6).equals(Buffer.from('padded')))
})
