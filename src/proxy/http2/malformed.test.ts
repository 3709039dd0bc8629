import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { getField } from '../message.ts'
import { CODE, FLAG, FRAME } from './codes.ts'
import { type EchoServer, startEcho } from './echo-server.fixture.ts'
import { get, RawPeer } from './raw-peer.fixture.ts'

let server: EchoServer
before(async () => {
  server = await startEcho()
})
after(() => server.close())

function without(name: string): string[] {
  const fields = get()
  fields.splice(fields.indexOf(name), 2)
  return fields
}

function withPath(path: string, method = 'GET'): string[] {
  return [':method', method, ':scheme', 'http', ':authority', 'a.test', ':path', path]
}

function withAuthority(authority: string, ...more: string[]): string[] {
  return [':method', 'GET', ':scheme', 'http', ':authority', authority, ':path', '/', ...more]
}

/** RFC 9113 8.1.1: each is a stream error, and the core must never hear of it. */
const malformed: Record<string, string[]> = {
  'no :method': without(':method'),
  'no :scheme': without(':scheme'),
  'no :path': without(':path'),
  'no authority at all': without(':authority'),
  'empty :authority': withAuthority(''),
  'empty :authority, with host': withAuthority('', 'host', 'a.test'),
  ':method twice': [':method', 'GET', ...get()],
  ':path twice': [...get(), ':path', '/other'],
  ':authority twice': [':authority', 'a.test', ...get()],
  ':scheme twice': [':scheme', 'http', ...get()],
  'pseudo-header behind a regular one': ['x-a', 'b', ...get()],
  'pseudo-header behind host': ['host', 'a.test', ...without(':authority'), ':authority', 'a.test'],
  ':status in a request': get('/', ':status', '200'),
  'unknown pseudo-header': [':other', 'x', ...get()],
  ':method with a space': withPath('/', 'GET /evil HTTP/1.1'),
  'empty :method': withPath('/', ''),
  ':method with CRLF': withPath('/', 'GET\r\n'),
  ':scheme ftp': [':method', 'GET', ':scheme', 'ftp', ':authority', 'a.test', ':path', '/'],
  ':scheme with more': [':method', 'GET', ':scheme', 'http://b.test/?', ':authority', 'a.test', ':path', '/'],
  'empty :path': withPath(''),
  ':path without a slash': withPath('evil'),
  ':path in absolute form': withPath('http://b.test/'),
  ':path * with GET': withPath('*'),
  ':path with a space': withPath('/ HTTP/1.1'),
  ':path with CRLF': withPath('/ HTTP/1.1\r\nx: y'),
  ':path with LF': withPath('/\nx'),
  ':path with NUL': withPath('/\0'),
  ':path with TAB': withPath('/a\tb'),
  ':path with an octet above ASCII': withPath('/\xe9'),
  ':path with a fragment': withPath('/a#b'),
  ':path with DEL': withPath('/\x7f'),
  ':authority with userinfo': withAuthority('u@a.test'),
  ':authority with user and password': withAuthority('u:p@a.test'),
  ':authority with a named port': withAuthority('a.test:x'),
  ':authority with a port too large': withAuthority('a.test:65536'),
  ':authority with a path': withAuthority('a.test/b'),
  ':authority with a space': withAuthority('a.test b.test'),
  ':authority with a comma': withAuthority('a.test,b.test'),
  ':authority with CRLF': withAuthority('a.test\r\nhost: b'),
  'host and :authority differ': withAuthority('a.test', 'host', 'b.test'),
  'host and :authority differ in port': withAuthority('a.test:8080', 'host', 'a.test'),
  'two hosts': withAuthority('a.test', 'host', 'a.test', 'host', 'b.test'),
  'the same host twice': withAuthority('a.test', 'host', 'a.test', 'host', 'a.test'),
  'host alone, with userinfo': [...without(':authority'), 'host', 'u@a.test'],
  connection: get('/', 'connection', 'close'),
  'keep-alive': get('/', 'keep-alive', 'timeout=5'),
  'proxy-connection': get('/', 'proxy-connection', 'keep-alive'),
  'transfer-encoding chunked': get('/', 'transfer-encoding', 'chunked'),
  'transfer-encoding identity': get('/', 'transfer-encoding', 'identity'),
  upgrade: get('/', 'upgrade', 'h2c'),
  'te gzip': get('/', 'te', 'gzip'),
  'te trailers, gzip': get('/', 'te', 'trailers, gzip'),
  'upper-case name': get('/', 'X-Upper', 'a'),
  'empty name': get('/', '', 'a'),
  'name with a space': get('/', 'x a', 'b'),
  'name with a space at its end': get('/', 'transfer-encoding ', 'chunked'),
  'name with a colon': get('/', 'x:a', 'b'),
  'name with CRLF': get('/', 'x\r\ny', 'b'),
  'name with NUL': get('/', 'x\0', 'b'),
  'name above ASCII': get('/', 'x\xe9', 'b'),
  'value with CRLF': get('/', 'x-a', 'b\r\ntransfer-encoding: chunked'),
  'value with LF': get('/', 'x-a', 'b\nc'),
  'value with CR': get('/', 'x-a', 'b\rc'),
  'value with NUL': get('/', 'x-a', 'b\0c'),
  'value with another control octet': get('/', 'x-a', 'b\x01c'),
  'value that begins with a space': get('/', 'x-a', ' b'),
  'value that ends with a space': get('/', 'x-a', 'b '),
  'value that ends with a tab': get('/', 'x-a', 'b\t'),
  'content-length twice': get('/', 'content-length', '0', 'content-length', '0'),
  'content-length that differ': get('/', 'content-length', '0', 'content-length', '5'),
  'content-length list': get('/', 'content-length', '0, 0'),
  'content-length negative': get('/', 'content-length', '-1'),
  'content-length with a sign': get('/', 'content-length', '+0'),
  'content-length hexadecimal': get('/', 'content-length', '0x0'),
  'content-length empty': get('/', 'content-length', ''),
  'content-length of 2^64': get('/', 'content-length', '18446744073709551616'),
  'content-length without content': get('/', 'content-length', '5'),
  'unknown expectation': get('/', 'expect', '200-ok'),
  ':protocol without CONNECT': [':protocol', 'websocket', ...get()],
  'extended CONNECT without :path': [
    ...[':method', 'CONNECT', ':protocol', 'websocket', ':scheme', 'http', ':authority', 'a.test'],
  ],
  'extended CONNECT with content-length': [
    ...[':method', 'CONNECT', ':protocol', 'websocket', ':scheme', 'http', ':authority', 'a.test', ':path', '/'],
    ...['content-length', '5'],
  ],
}

for (const [why, fields] of Object.entries(malformed)) {
  test(`malformed: ${why}`, async () => {
    const before = server.seen.length
    const peer = RawPeer.client(server.port)
    peer.headers(1, fields, !why.startsWith('extended'))
    peer.headers(3, get('/after'), true)
    await peer.until(() => peer.find(FRAME.headers, 3))
    assert.equal(peer.find(FRAME.rstStream, 1)?.payload.readUInt32BE(0), CODE.protocolError)
    assert.deepEqual(
      server.seen.slice(before).map((seen) => seen.head.path),
      ['/after'],
    )
    peer.socket.destroy()
  })
}

test('unusual but valid requests pass', async () => {
  const valid: Record<string, string[]> = {
    'host equal to :authority': withAuthority('a.test', 'host', 'a.test'),
    'host in another spelling': withAuthority('a.test', 'host', 'A.TEST:80'),
    'host alone': [...without(':authority'), 'host', 'a.test'],
    'IPv6 authority': withAuthority('[::1]:8080'),
    'OPTIONS *': withPath('*', 'OPTIONS'),
    'a method of its own': withPath('/', 'PROPFIND'),
    'odd but visible path': withPath('/a//b/../c;d=1?e={f}|"g"&h=[]'),
    'empty value': get('/', 'x-a', ''),
    'value above ASCII': get('/', 'x-a', '\xe9'),
    'value with tab and space inside': get('/', 'x-a', 'a \t b'),
    'te trailers': get('/', 'te', 'trailers'),
    'content-length 0': get('/', 'content-length', '0'),
    'name of odd token characters': get('/', "!#$%&'*+-.^_`|~1", 'x'),
  }
  const peer = RawPeer.client(server.port)
  let id = 1
  for (const [why, fields] of Object.entries(valid)) {
    peer.headers(id, fields, true)
    const answer = await peer.until(() => peer.find(FRAME.headers, id) ?? peer.find(FRAME.rstStream, id))
    assert.equal(answer.fields[1], '200', why)
    id += 2
  }
  peer.socket.destroy()
})

test('the core sees one plain head, without framing and with cookies whole', async () => {
  const peer = RawPeer.client(server.port)
  const more = ['cookie', 'a=1', 'x-a', 'b', 'cookie', 'c=2', 'te', 'trailers', 'trailer', 'x-t', 'content-length', '3']
  peer.headers(1, [...get('/head?x', ...more), 'expect', '100-continue'], false)
  await peer.until(() => peer.find(FRAME.headers, 1))
  const { head } = server.seen[server.seen.length - 1]!
  assert.deepEqual(head.fields, ['cookie', 'a=1; c=2', 'x-a', 'b'])
  assert.equal(head.contentLength, 3)
  assert.equal(head.expectContinue, true)
  assert.equal(head.acceptsTrailers, true)
  assert.equal(head.authority, 'a.test')
  peer.socket.destroy()
})

test('CONNECT is answered by the codec', async () => {
  const before = server.seen.length
  const peer = RawPeer.client(server.port)
  peer.headers(1, [':method', 'CONNECT', ':authority', 'a.test:443'], false)
  const answer = await peer.until(() => peer.find(FRAME.headers, 1))
  assert.deepEqual(answer.fields.slice(0, 2), [':status', '405'])
  assert.equal(server.seen.length, before)
  peer.socket.destroy()
})

test('extended CONNECT is an upgrade: 101 of the core is 200 on the wire', async () => {
  const tunnel = await startEcho({}, (stream) => {
    stream.respond({ status: 101, fields: ['sec-websocket-accept', 'x'], contentLength: -1 }, false)
    return {
      onData: (chunk) => void stream.write(chunk),
      onEnd: () => stream.end(null),
      onReset: () => {},
      onWritable: () => {},
    }
  })
  const peer = RawPeer.client(tunnel.port)
  const connect = [
    ':method',
    'CONNECT',
    ':protocol',
    'websocket',
    ':scheme',
    'http',
    ':authority',
    'a.test',
    ':path',
    '/chat',
  ]
  peer.headers(1, connect, false)
  peer.send(FRAME.data, 0, 1, Buffer.from('ping'))
  const data = await peer.until(() => peer.find(FRAME.data, 1))
  assert.equal(data.payload.toString(), 'ping')
  assert.deepEqual(peer.find(FRAME.headers, 1)?.fields, [':status', '200'])
  const { head } = tunnel.seen[0]!
  assert.deepEqual([head.method, head.upgrade, head.path, head.contentLength], ['GET', 'websocket', '/chat', 0])
  // What a backend of HTTP/1.1 insists on.
  assert.match(getField(head.fields, 'sec-websocket-key') ?? '', /^[A-Za-z0-9+/]{22}==$/)
  peer.send(FRAME.data, FLAG.endStream, 1)
  await peer.until(() => peer.frames.some((frame) => frame.id === 1 && frame.flags & FLAG.endStream))
  peer.socket.destroy()
  await tunnel.close()
})

test('content that differs from content-length breaks the stream', async () => {
  for (const [length, pieces] of [
    ['5', ['abc']],
    ['5', ['abc', 'def']],
    ['0', ['a']],
  ] as const) {
    const peer = RawPeer.client(server.port)
    peer.headers(1, get('/silent', 'content-length', length), false)
    pieces.forEach((piece, i) => {
      peer.send(FRAME.data, i === pieces.length - 1 ? FLAG.endStream : 0, 1, Buffer.from(piece))
    })
    assert.equal(await peer.fate(1), CODE.protocolError)
    const seen = server.seen[server.seen.length - 1]!
    assert.deepEqual([seen.reset, seen.ended], ['protocol_error', false])
    peer.socket.destroy()
  }
})

test('trailers with pseudo-header or connection fields break the stream; framing fields are dropped', async () => {
  const peer = RawPeer.client(server.port)
  let id = 1
  for (const bad of [
    [':path', '/'],
    ['transfer-encoding', 'chunked'],
    ['X-Upper', 'a'],
  ]) {
    peer.headers(id, get('/silent'), false)
    peer.headers(id, bad, true)
    assert.equal(await peer.fate(id), CODE.protocolError)
    id += 2
  }
  peer.headers(id, get('/'), false)
  peer.headers(id, ['host', 'b.test', 'content-length', '7', 'x-sum', '1', 'te', 'trailers'], true)
  await peer.until(() => server.seen[server.seen.length - 1]!.ended)
  assert.deepEqual(server.seen[server.seen.length - 1]!.trailers, ['x-sum', '1'])
  peer.socket.destroy()
})

test('a head too large is answered with 431, and the connection lives on', async () => {
  const small = await startEcho({ maxHeaderBytes: 2000, maxHeaderCount: 10 })
  const peer = RawPeer.client(small.port)
  peer.headers(1, get('/', 'x-a', 'b'.repeat(1900)), true)
  peer.headers(3, get('/', ...Array.from({ length: 30 }, () => 'x')), true)
  peer.headers(5, get('/'), true)
  await peer.until(() => peer.find(FRAME.headers, 5))
  const statuses = [1, 3, 5].map((id) => peer.find(FRAME.headers, id)?.fields[1])
  assert.deepEqual(statuses, ['431', '431', '200'])
  assert.equal(small.seen.length, 1)
  peer.socket.destroy()
  await small.close()
})
