import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAuthority } from './authority.ts'
import { Fault } from './fault.ts'
import { findHeadEnd } from './head-end.ts'
import { RequestParser } from './parse-request-head.ts'
import { BODY_CHUNKED, BODY_LENGTH, BODY_NONE, BODY_UNTIL_CLOSE, ResponseParser } from './parse-response-head.ts'
import { serialiseLastChunk, serialiseRequest, serialiseResponse } from './serialise.ts'

const requests = new RequestParser()
const responses = new ResponseParser()

function parseRequest(text: string) {
  const bytes = Buffer.from(text, 'latin1')
  return requests.parse(bytes, 0, findHeadEnd(bytes, 0, 0, 8192), 'http', 10)
}

function parseResponse(text: string, method = 'GET') {
  const bytes = Buffer.from(text, 'latin1')
  return responses.parse(bytes, 0, findHeadEnd(bytes, 0, 0, 8192), method, 10)
}

test('a request head in full', () => {
  const head = parseRequest(
    'PUT /a?b HTTP/1.1\r\nHOST: A.test:80\r\nX-One:  1 2 \r\nx-one: 3\r\nContent-Length: 7\r\nExpect: 100-continue\r\nTE: trailers\r\n\r\n',
  )
  assert.deepEqual(
    { ...head },
    {
      method: 'PUT',
      scheme: 'http',
      authority: 'A.test:80',
      path: '/a?b',
      fields: ['x-one', '1 2', 'x-one', '3'],
      contentLength: 7,
      upgrade: '',
      expectContinue: true,
      acceptsTrailers: true,
      spelling: undefined,
    },
  )
})

test('the status that a refused request gets', () => {
  const table: [number, string][] = [
    [400, 'GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n'],
    [405, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    [417, 'GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n'],
    [421, 'GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    [431, `GET / HTTP/1.1\r\nHost: a\r\n${'x: y\r\n'.repeat(10)}\r\n`],
    [431, `GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(9000)}\r\n\r\n`],
    [414, `GET /${'y'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    [501, 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n'],
    [505, 'GET / HTTP/3.0\r\nHost: a\r\n\r\n'],
  ]
  for (const [status, text] of table) {
    assert.throws(
      () => parseRequest(text),
      (error) => error instanceof Fault && error.status === status,
      text,
    )
  }
})

test('HTTP/1.0 may lack Host, and keeps the connection only when asked to', () => {
  assert.equal(parseRequest('GET / HTTP/1.0\r\n\r\n').authority, '')
  assert.equal(requests.keepAlive, false)
  parseRequest('GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n')
  assert.equal(requests.keepAlive, true)
  assert.equal(parseRequest('GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n').upgrade, '')
})

test('what counts as an upgrade', () => {
  const upgrade = (lines: string) => parseRequest(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n`).upgrade
  assert.equal(upgrade('Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket'), 'websocket')
  assert.equal(upgrade('Connection: upgrade\r\nUpgrade: h2c'), '')
  assert.equal(upgrade('Connection: upgrade\r\nUpgrade: TLS/1.0'), '')
  assert.equal(upgrade('Connection: upgrade\r\nUpgrade: a, b'), '')
  assert.equal(upgrade('Upgrade: websocket'), '')
  assert.equal(upgrade('Connection: upgrade'), '')
})

test('how a response body ends', () => {
  const table: [string, string, number, number][] = [
    ['GET', '200 OK\r\nContent-Length: 3', BODY_LENGTH, 3],
    ['GET', '200 OK\r\nContent-Length: 0', BODY_NONE, 0],
    ['GET', '200 OK\r\nTransfer-Encoding: chunked', BODY_CHUNKED, -1],
    ['GET', '200 OK', BODY_UNTIL_CLOSE, -1],
    ['HEAD', '200 OK\r\nContent-Length: 3', BODY_NONE, 3],
    ['HEAD', '200 OK\r\nTransfer-Encoding: chunked', BODY_NONE, -1],
    ['GET', '304 \r\nContent-Length: 3', BODY_NONE, 3],
    ['GET', '204 \r\nContent-Length: 3', BODY_NONE, 0],
    ['GET', '200\r\nContent-Length: 3', BODY_LENGTH, 3],
  ]
  for (const [method, lines, body, length] of table) {
    assert.equal(parseResponse(`HTTP/1.1 ${lines}\r\n\r\n`, method).contentLength, length, lines)
    assert.equal(responses.body, body, lines)
  }
})

test('responses that are refused', () => {
  for (const text of [
    'HTTP/1.1 20 OK\r\n\r\n',
    'HTTP/1.1 2000 OK\r\n\r\n',
    'HTTP/1.1 099 OK\r\n\r\n',
    'HTTP/1.1 600 OK\r\n\r\n',
    'HTTP/1.1 2x0 OK\r\n\r\n',
    'HTTP/1.1  200 OK\r\n\r\n',
    'HTTP/2.0 200 OK\r\n\r\n',
    'http/1.1 200 OK\r\n\r\n',
    'ICY 200 OK\r\n\r\n',
    'HTTP/1.1 200 O\x00K\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX : y\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n',
    'HTTP/1.1 200 OK\nX: a\n\n',
  ]) {
    assert.throws(() => parseResponse(text), Fault, JSON.stringify(text))
  }
})

test('hop-by-hop fields of a response stay here', () => {
  const { fields } = parseResponse(
    'HTTP/1.1 200 OK\r\nConnection: x-hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2\r\nTrailer: x\r\nHost: b\r\nX: y\r\nContent-Length: 0\r\n\r\n',
  )
  assert.deepEqual(fields, ['x', 'y'])
})

test('authorities', () => {
  for (const good of ['a', 'A.b-c_d.test', 'a.test.', '1.2.3.4:80', '[::1]', '[2001:db8::1]:65535', 'a:0'])
    assert.ok(isAuthority(good), good)
  for (const bad of [
    '',
    'a:',
    'a:65536',
    'a@b',
    '[::1',
    '[]',
    'a b',
    '%61',
    'a,b',
    '[fe80::1%eth0]',
    '.',
    'a..b',
    ':1',
  ])
    assert.ok(!isAuthority(bad), bad)
})

const REQUEST = parseRequest('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')

test('what can not be written is not written', () => {
  for (const value of ['a\r\nb: c', 'a\nb', 'a\rb', 'a\0b', 'a\u010ab', '\u0d0a', 'a\x7f', '\r\n\r\n', 'a\r\n'])
    for (const fields of [
      ['x', value],
      ['x', 'y', 'z', value],
      [`x${value}`, 'y'],
    ]) {
      assert.equal(serialiseResponse(200, fields, ''), undefined, JSON.stringify(fields))
      assert.equal(serialiseRequest({ ...REQUEST, fields }, ''), undefined, JSON.stringify(fields))
      assert.equal(serialiseLastChunk(fields), undefined, JSON.stringify(fields))
    }
  for (const name of [
    '',
    ' x',
    'x ',
    'x:',
    'X',
    'content-length',
    'transfer-encoding',
    'connection',
    'host',
    'x\u0131',
  ])
    assert.equal(serialiseResponse(200, [name, 'y'], ''), undefined, JSON.stringify(name))
  for (const change of [
    { path: '/a b' },
    { path: '/a\r\nb' },
    { path: '/\u010a' },
    { path: '' },
    { method: 'GET /' },
    { method: 'G\r\n' },
    { method: '' },
    { authority: 'a\r\nb: c' },
    { authority: 'a b' },
  ])
    assert.equal(serialiseRequest({ ...REQUEST, ...change }, ''), undefined, JSON.stringify(change))
  for (const status of [0, 99, 600, 1000, 200.5, Number.NaN]) assert.equal(serialiseResponse(status, [], ''), undefined)
})

test('what can be written', () => {
  assert.equal(
    serialiseRequest({ ...REQUEST, fields: ['x', ' a\tb\xff', 'y', ''] }, 'content-length: 0\r\n'),
    'GET /x HTTP/1.1\r\nhost: a\r\nx:  a\tb\xff\r\ny: \r\ncontent-length: 0\r\n\r\n',
  )
  assert.equal(serialiseResponse(299, [], ''), 'HTTP/1.1 299 \r\n\r\n')
  assert.equal(serialiseLastChunk(['x', 'y', 'content-length', '5']), '0\r\nx: y\r\n\r\n')
})
