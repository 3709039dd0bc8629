import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { type Hello, maxHelloBytes, parseHello } from './client-hello.ts'

const u16 = (value: number) => [value >> 8, value & 255]
const vector16 = (bytes: number[]) => [...u16(bytes.length), ...bytes]
const extension = (type: number, bytes: number[]) => [...u16(type), ...vector16(bytes)]
const ascii = (text: string) => [...Buffer.from(text, 'latin1')]
const named = (name: string) => extension(0, vector16([0, ...vector16(ascii(name))]))

/** A ClientHello message without its record. */
function message(extensions: number[] | undefined, changes: { session?: number[]; ciphers?: number[] } = {}): number[] {
  const { session = [], ciphers = [0x13, 0x01] } = changes
  const body = [3, 3, ...new Array<number>(32).fill(7), session.length, ...session, ...vector16(ciphers), 1, 0]
  if (extensions) body.push(...vector16(extensions))
  return [1, 0, ...u16(body.length), ...body]
}

function records(bytes: number[], size = 16_384): Buffer {
  const out: number[] = []
  for (let i = 0; i < bytes.length; i += size) out.push(22, 3, 1, ...vector16(bytes.slice(i, i + size)))
  return Buffer.from(out)
}

function hello(serverName: string): Hello {
  return { kind: 'hello', serverName }
}

test('the server name, in lower case', () => {
  assert.deepEqual(parseHello(records(message(named('Shop.Example.com')))), hello('shop.example.com'))
})

test('no name: no extensions at all, or others only', () => {
  assert.deepEqual(parseHello(records(message(undefined))), hello(''))
  assert.deepEqual(parseHello(records(message(extension(43, [2, 3, 4])))), hello(''))
})

test('the message may be spread over records of any size, and those over segments', () => {
  const bytes = message([...extension(10, [0, 2, 0, 29]), ...named('a.test')])
  for (const size of [1, 2, 3, 5, 64]) {
    const whole = records(bytes, size)
    for (let end = 0; end < whole.length; end++)
      assert.equal(parseHello(whole.subarray(0, end)).kind, 'more', `${size} ${end}`)
    assert.deepEqual(parseHello(whole), hello('a.test'))
  }
})

test('what follows the hello (early data) is not looked at', () => {
  assert.deepEqual(
    parseHello(Buffer.concat([records(message(named('a.test'))), Buffer.from([23, 9])])),
    hello('a.test'),
  )
})

test('encrypted ClientHello and GREASE are passed over: the outer name counts', () => {
  const grease = extension(0x0a0a, [])
  const ech = extension(0xfe0d, new Array<number>(200).fill(1))
  const ciphers = [0x1a, 0x1a, 0x13, 0x01]
  const bytes = message([...grease, ...ech, ...named('outer.test'), ...extension(0x3a3a, [0])], { ciphers })
  assert.deepEqual(parseHello(records(bytes)), hello('outer.test'))
})

test('hellos of the clients of this machine', async () => {
  for (const options of [
    { servername: 'a.test' },
    { servername: 'a.test', maxVersion: 'TLSv1.2' as const },
    { servername: 'a.test', ALPNProtocols: ['h2', 'http/1.1'] },
    {},
  ]) {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const client = connectTls({ host: '127.0.0.1', port, ...options })
    client.on('error', () => {})
    const [socket] = await once(server, 'connection')
    const [bytes] = (await once(socket, 'data')) as [Buffer]
    assert.deepEqual(parseHello(bytes), hello(options.servername ?? ''))
    client.destroy()
    socket.destroy()
    server.close()
  }
})

const longRecord = Buffer.from([22, 3, 1, ...u16(16_385), 1])
const announced = Buffer.from([22, 3, 1, ...u16(100), 1, 0x01, 0, 0])
const twoNames = extension(0, vector16([0, ...vector16(ascii('a.test')), 0, ...vector16(ascii('b.test'))]))

for (const [what, bytes] of [
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
  ['SSL 2', Buffer.from([0x80, 0x2e, 1, 3, 1])],
  ['another record', Buffer.from([23, 3, 3, 0, 1, 0])],
  ['another version', Buffer.from([22, 4, 0, 0, 1, 1])],
  ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
  ['a record that is too long', longRecord],
  ['another handshake message', records([2, 0, 0, 1, 0])],
  ['a hello that announces 64 KiB', announced],
  ['an empty hello', records([1, 0, 0, 0])],
  ['a session id of 33 bytes', records(message(named('a.test'), { session: new Array<number>(33).fill(0) }))],
  ['no cipher suites', records(message(named('a.test'), { ciphers: [] }))],
  ['half a cipher suite', records(message(named('a.test'), { ciphers: [1] }))],
  ['extensions beyond the hello', records(message(named('a.test')).with(-13, 200))],
  ['the name twice', records(message([...named('a.test'), ...named('b.test')]))],
  ['two names', records(message(twoNames))],
  ['a name of another type', records(message(extension(0, vector16([1, ...vector16(ascii('a.test'))]))))],
  ['an empty list of names', records(message(extension(0, vector16([]))))],
  ['an empty name', records(message(named('')))],
  ['bytes behind the list of names', records(message(extension(0, [...vector16([0, ...vector16(ascii('a'))]), 0])))],
  ['a name with a zero byte', records(message(named('a.test\0.b.test')))],
  ['a name with an umlaut', records(message(named('ä.test')))],
  ['a name with a dot too many', records(message(named('a..test')))],
  ['a wildcard', records(message(named('*.test')))],
  ['a name of 256 bytes', records(message(named('a'.repeat(256))))],
  ['bytes behind the extensions', records([1, 0, 0, 50, ...message(named('a.test')).slice(4), 0].with(3, 57))],
] as const) {
  test(`malformed: ${what}`, () => assert.equal(parseHello(bytes).kind, 'malformed'))
}

test('a hello that does not come to its end is given up', () => {
  const endless = records(message(extension(21, new Array<number>(20_000).fill(0))))
  assert.equal(parseHello(endless.subarray(0, maxHelloBytes)).kind, 'malformed')
})

test('any bytes are read without a throw, and never beyond what was sent', () => {
  let state = 1
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state
  }
  const whole = records(message([...extension(10, [0, 2, 0, 29]), ...named('a.test')]), 40)
  for (let i = 0; i < 20_000; i++) {
    const bytes = Buffer.from(whole)
    for (let j = random() % 4; j >= 0; j--) bytes[random() % bytes.length] = random() & 255
    const found = parseHello(bytes.subarray(0, 1 + (random() % bytes.length)))
    assert.ok(['more', 'hello', 'malformed'].includes(found.kind))
  }
})
