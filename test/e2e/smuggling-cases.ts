import { connect } from 'node:net'
import type { RecordingBackend } from './recording-backend.ts'

/** A message that nobody may forward: the backend sees nothing, the client an error or a closed connection. */
export interface RefusedCase {
  readonly name: string
  readonly send: string
  /** Statuses that are right; without it, any from 400 on. */
  readonly status?: readonly number[]
  /** The client ends its side after sending. */
  readonly cut?: boolean
}

/** An unusual but valid message: the backend sees exactly these requests, and the client their answers in step. */
export interface PassedCase {
  readonly name: string
  readonly send: string
  readonly sees: readonly Seen[]
}

interface Seen {
  readonly method: string
  readonly path: string
  readonly host?: string
  readonly body?: string
  /** Field lines it must have, and must not have. */
  readonly has?: readonly string[]
  readonly hasNot?: readonly RegExp[]
  readonly trailers?: readonly string[]
}

const EVIL = 'GET /evil HTTP/1.1\r\nHost: a.test\r\n\r\n'
const CHUNKED_EVIL = `0\r\n\r\n${EVIL}`

function get(lines: string, rest = ''): string {
  return `GET / HTTP/1.1\r\nHost: a.test\r\n${lines}\r\n${rest}`
}

function post(lines: string, body: string): string {
  return `POST /p HTTP/1.1\r\nHost: a.test\r\n${lines}\r\n${body}`
}

function refused(group: string, sends: Record<string, string>, status?: readonly number[]): RefusedCase[] {
  return Object.entries(sends).map(([name, send]) => ({ name: `${group}: ${name}`, send, ...(status && { status }) }))
}

/** Spellings of Transfer-Encoding that one parser or another takes for chunked. */
const CODINGS = [
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunkedx',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked,',
  'Transfer-Encoding: , chunked',
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: 'chunked'",
  'Transfer-Encoding: chunked;a=b',
  'Transfer-Encoding: \x0bchunked',
  'Transfer-Encoding: chunked\x0b',
  'Transfer-Encoding: \x0cchunked',
  'Transfer-Encoding: chunked\x00',
  'Transfer-Encoding: \x00chunked',
  'Transfer-Encoding: chunked\x7f',
  'Transfer-Encoding: \xa0chunked',
  'Transfer-Encoding: chunked\xff',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding:\r\n\tchunked',
  'Transfer-Encoding:\n chunked',
  'Transfer-Encoding:\rchunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding\t: chunked',
  ' Transfer-Encoding: chunked',
  '\tTransfer-Encoding: chunked',
  'Transfer-Encoding\x00: chunked',
  'Transfer Encoding: chunked',
  'Transfer_Encoding: chunked',
  'Transfer\\Encoding: chunked',
  'X: y\nTransfer-Encoding: chunked',
  'X: y\rTransfer-Encoding: chunked',
  'X: y\r\r\nTransfer-Encoding: chunked',
  'X: y\n\rTransfer-Encoding: chunked',
  '"Transfer-Encoding": chunked',
  '\x85Transfer-Encoding: chunked',
  '\xa0Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
  'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding:',
  'Transfer-Encoding: chu\tnked',
  'Transfer-Encoding chunked',
]

const LENGTHS: readonly string[] = [
  '+5',
  '-5',
  '5 5',
  '5,5',
  '5, 5',
  '5, 6',
  '0x5',
  '5.0',
  '5e0',
  '',
  '"5"',
  '5;a',
  '5_0',
  '18446744073709551616',
  '18446744073709551621',
  '9007199254740993',
  '99999999999999999999999999999999999',
  '\x005',
  '5\x00',
  '\x0b5',
  '\xa05',
  '\xb2',
  '５',
]

const HOSTS: readonly string[] = [
  'a.test, b.test',
  'a.test,b.test',
  'a.test b.test',
  'user@a.test',
  'user:pw@a.test',
  'a.test:x',
  'a.test:',
  'a.test:65536',
  'a.test:123456',
  'a.test:-1',
  'a.test:80:80',
  'a.test/',
  'a.test/path',
  'a.test?x',
  'a.test#x',
  'http://a.test',
  'a..test',
  '.a.test',
  'a%2etest',
  'a.test\\b',
  '[::1',
  '::1',
  '[::1]x',
  '[::g]',
  '[fe80::1%25eth0]',
  '[v1.x]',
  'a.tes\x00t',
  'a.test\t.b',
  'ä.test',
  '<a.test>',
  '',
  ':80',
]

const CHUNKED_BODIES: Record<string, string> = {
  'no size': `\r\nabc\r\n${CHUNKED_EVIL}`,
  'bare LF behind the size': `3\nabc\r\n${CHUNKED_EVIL}`,
  'bare CR behind the size': `3\rabc\r\n${CHUNKED_EVIL}`,
  'bare LF behind the data': `3\r\nabc\n${CHUNKED_EVIL}`,
  'bare CR behind the data': `3\r\nabc\r${CHUNKED_EVIL}`,
  'data longer than the size': `3\r\nabcd\r\n${CHUNKED_EVIL}`,
  'data shorter than the size': `5\r\nabc\r\n${CHUNKED_EVIL}`,
  'size with 0x': `0x3\r\nabc\r\n${CHUNKED_EVIL}`,
  'size with +': `+3\r\nabc\r\n${CHUNKED_EVIL}`,
  'negative size': `-3\r\nabc\r\n${CHUNKED_EVIL}`,
  'size with an underscore': `0_3\r\nabc\r\n${CHUNKED_EVIL}`,
  'size behind a space': ` 3\r\nabc\r\n${CHUNKED_EVIL}`,
  'size before a space': `3 \r\nabc\r\n${CHUNKED_EVIL}`,
  'size before a tab': `3\t\r\nabc\r\n${CHUNKED_EVIL}`,
  'size with a vertical tab': `3\x0b\r\nabc\r\n${CHUNKED_EVIL}`,
  'size with a letter': `g\r\nabc\r\n${CHUNKED_EVIL}`,
  'size of 17 digits': `10000000000000003\r\nabc\r\n${CHUNKED_EVIL}`,
  'size of 2^64': `ffffffffffffffff\r\nabc\r\n${CHUNKED_EVIL}`,
  'size of many zeros': `0000000000000000003\r\nabc\r\n${CHUNKED_EVIL}`,
  'two sizes': `3,3\r\nabc\r\n${CHUNKED_EVIL}`,
  'bare LF in an extension': `3;a\nb\r\nabc\r\n${CHUNKED_EVIL}`,
  'bare CR in an extension': `3;a\rb\r\nabc\r\n${CHUNKED_EVIL}`,
  'NUL in an extension': `3;a\x00b\r\nabc\r\n${CHUNKED_EVIL}`,
  'empty extension': `3;\r\nabc\r\n${CHUNKED_EVIL}`,
  'extension without a name': `3;=b\r\nabc\r\n${CHUNKED_EVIL}`,
  'open quote in an extension': `3;a="b\r\nabc\r\n${CHUNKED_EVIL}`,
  'line break in a quote': `3;a="\r\n"\r\nabc\r\n${CHUNKED_EVIL}`,
  'huge extension': `3;a=${'b'.repeat(70_000)}\r\nabc\r\n${CHUNKED_EVIL}`,
  'bare LF in the last chunk': `0\n\n${EVIL}`,
  'CRLF CR X as the end': `0\r\n\rX${EVIL}`,
  'LF as the end': `0\r\n\n${EVIL}`,
  'trailer Content-Length': `0\r\nContent-Length: 5\r\n\r\n`,
  'trailer Transfer-Encoding': '0\r\nTransfer-Encoding: chunked\r\n\r\n',
  'trailer Host': '0\r\nHost: evil.test\r\n\r\n',
  'trailer Connection': '0\r\nConnection: close\r\n\r\n',
  'trailer with a space before the colon': '0\r\nX : y\r\n\r\n',
  'trailer folded': '0\r\nX: y\r\n z\r\n\r\n',
  'trailer with a bare LF': `0\r\nX: y\n\r\n\r\n`,
  'trailer with NUL': '0\r\nX: \x00\r\n\r\n',
  'trailer without a colon': `0\r\n${EVIL}`,
  'huge trailers': `0\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(40)}\r\n`,
  'too many trailers': `0\r\n${'X: y\r\n'.repeat(500)}\r\n`,
}

const REQUEST_LINES: Record<string, string> = {
  'bare LF': 'GET / HTTP/1.1\nHost: a.test\n\n',
  'bare LF behind the line': 'GET / HTTP/1.1\nHost: a.test\r\n\r\n',
  'bare CR': 'GET / HTTP/1.1\rHost: a.test\r\n\r\n',
  'two spaces behind the method': 'GET  / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'two spaces before the version': 'GET /  HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a tab': 'GET\t/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a leading space': ' GET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a trailing space': 'GET / HTTP/1.1 \r\nHost: a.test\r\n\r\n',
  'a space in the target': 'GET /a b HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'no target': 'GET HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'no version': 'GET /\r\nHost: a.test\r\n\r\n',
  'HTTP/0.9': 'GET /\r\n\r\n',
  'HTTP/2.0': 'GET / HTTP/2.0\r\nHost: a.test\r\n\r\n',
  'HTTP/1.2': 'GET / HTTP/1.2\r\nHost: a.test\r\n\r\n',
  'HTTP/1.10': 'GET / HTTP/1.10\r\nHost: a.test\r\n\r\n',
  'HTTP/01.1': 'GET / HTTP/01.1\r\nHost: a.test\r\n\r\n',
  'HTTP/1,1': 'GET / HTTP/1,1\r\nHost: a.test\r\n\r\n',
  'http/1.1': 'GET / http/1.1\r\nHost: a.test\r\n\r\n',
  'HTTPS/1.1': 'GET / HTTPS/1.1\r\nHost: a.test\r\n\r\n',
  'no method': '/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a method with a colon': 'G:T / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a method with NUL': 'G\x00T / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a target with NUL': 'GET /\x00 HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a target with DEL': 'GET /\x7f HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a target beyond ASCII': 'GET /\xc3\xa4 HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a target with a hash': 'GET /a#b HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a target with a backslash': 'GET \\evil HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a path with a backslash': 'GET /a\\..\\evil HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a relative target': 'GET evil HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a query as target': 'GET ?x HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'asterisk for GET': 'GET * HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'an authority for GET': 'GET a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n',
  CONNECT: `CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n${EVIL}`,
  'CONNECT with a path': `CONNECT / HTTP/1.1\r\nHost: a.test\r\n\r\n${EVIL}`,
  'CONNECT in absolute form': `CONNECT http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n${EVIL}`,
  'absolute form with another scheme': 'GET ftp://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'absolute form with https here': 'GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'absolute form without a host': 'GET http:///evil HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'absolute form with userinfo': 'GET http://u@a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'absolute form with a bad port': 'GET http://a.test:x/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'absolute form and two Hosts': 'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nHost: a.test\r\n\r\n',
  'absolute form without Host': 'GET http://a.test/ HTTP/1.1\r\n\r\n',
  'two empty lines before it': '\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'an empty line of LF before it': '\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'a TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'almost the HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n',
  'a byte order mark': '\xef\xbb\xbfGET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'too long a target': `GET /${'a'.repeat(200_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n`,
}

const FIELDS: Record<string, string> = {
  'space before the colon': get('X : y\r\n'),
  'tab before the colon': get('X\t: y\r\n'),
  'no colon': get('X\r\n'),
  'empty name': get(': y\r\n'),
  'name with a space': get('X Y: z\r\n'),
  'name with a slash': get('X/Y: z\r\n'),
  'name with NUL': get('X\x00: y\r\n'),
  'name beyond ASCII': get('X\xe4: y\r\n'),
  'value with NUL': get('X: a\x00b\r\n'),
  'value with a bare CR': get('X: a\rb\r\n'),
  'value with a bare LF': get('X: a\nb: c\r\n'),
  'value with a bell': get('X: a\x07b\r\n'),
  'value with DEL': get('X: a\x7fb\r\n'),
  'a folded value': get('X: a\r\n b\r\n'),
  'a fold as the first line': 'GET / HTTP/1.1\r\n Host: a.test\r\n\r\n',
  'a folded Host': 'GET / HTTP/1.1\r\nHost:\r\n a.test\r\n\r\n',
  'CR LF CR X as the end': `GET / HTTP/1.1\r\nHost: a.test\r\n\rX: y\r\n\r\n`,
  'LF LF as the end': `GET / HTTP/1.1\r\nHost: a.test\n\n${EVIL}`,
  'CR LF LF as the end': `GET / HTTP/1.1\r\nHost: a.test\r\n\n${EVIL}`,
  'LF CR LF as the end': `GET / HTTP/1.1\r\nHost: a.test\n\r\n${EVIL}`,
  'CR CR LF LF as the end': `GET / HTTP/1.1\r\nHost: a.test\r\r\n\n${EVIL}`,
  'too many': get('X: y\r\n'.repeat(2000)),
  'too large': get(`X: ${'y'.repeat(200_000)}\r\n`),
  'Connection names Host': get('Connection: host\r\n'),
  'Connection names Content-Length': post('Content-Length: 5\r\nConnection: content-length\r\n', 'abcde'),
  'Connection names Transfer-Encoding': post(
    'Transfer-Encoding: chunked\r\nConnection: close, Transfer-Encoding\r\n',
    CHUNKED_EVIL,
  ),
  'Connection is no list of tokens': get('Connection: a b\r\n'),
  Content_Length: post('Content_Length: 5\r\n', 'abcde'),
  'two Content-Lengths that differ': post('Content-Length: 5\r\nContent-Length: 6\r\n', 'abcdef'),
  'two Content-Lengths, one with a zero': post('Content-Length: 5\r\nContent-Length: 05\r\n', 'abcde'),
  'folded Content-Length': post('Content-Length:\r\n 5\r\n', 'abcde'),
  'space before the colon of Content-Length': post('Content-Length : 5\r\n', 'abcde'),
}

/** Messages of which nothing may reach a backend. */
export const refusedCases: readonly RefusedCase[] = [
  ...refused('request line', REQUEST_LINES),
  ...refused('field', FIELDS),
  ...refused('Host', Object.fromEntries(HOSTS.map((it) => [it, `GET / HTTP/1.1\r\nHost: ${it}\r\n\r\n`])), [400]),
  ...refused('Host', {
    none: 'GET / HTTP/1.1\r\n\r\n',
    two: 'GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n',
    'twice the same': 'GET / HTTP/1.1\r\nHost: a.test\r\nHost: a.test\r\n\r\n',
    'two, one empty': 'GET / HTTP/1.1\r\nHost:\r\nHost: a.test\r\n\r\n',
    'two in HTTP/1.0': 'GET / HTTP/1.0\r\nHost: a.test\r\nHost: b.test\r\n\r\n',
  }),
  ...refused(
    'Transfer-Encoding without Content-Length',
    Object.fromEntries(CODINGS.map((it) => [it, post(`${it}\r\n`, CHUNKED_EVIL)])),
  ),
  ...refused(
    'Transfer-Encoding behind Content-Length',
    Object.fromEntries([...CODINGS, 'Transfer-Encoding: chunked'].map((it) => [it, both(it, true)])),
  ),
  ...refused(
    'Transfer-Encoding before Content-Length',
    Object.fromEntries([...CODINGS, 'Transfer-Encoding: chunked'].map((it) => [it, both(it, false)])),
  ),
  ...refused('Transfer-Encoding', {
    'in HTTP/1.0': `POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED_EVIL}`,
    'with Content-Length 0': post('Content-Length: 0\r\nTransfer-Encoding: chunked\r\n', CHUNKED_EVIL),
    'on GET with Content-Length': get('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', CHUNKED_EVIL),
  }),
  ...refused(
    'Content-Length',
    Object.fromEntries(LENGTHS.map((it) => [it, post(`Content-Length: ${it}\r\n`, `abcde${EVIL}`)])),
    [400],
  ),
  ...refused('upgrade', {
    'with a body': post('Connection: upgrade\r\nUpgrade: echo\r\nContent-Length: 5\r\n', 'abcde'),
    'with a chunked body': post('Connection: upgrade\r\nUpgrade: echo\r\nTransfer-Encoding: chunked\r\n', CHUNKED_EVIL),
  }),
  ...refused(
    'Expect',
    {
      'an unknown expectation': post('Expect: 200-ok\r\nContent-Length: 5\r\n', 'abcde'),
      'an empty expectation': post('Expect:\r\nContent-Length: 5\r\n', 'abcde'),
      'two expectations': post('Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n', 'abcde'),
    },
    [417],
  ),
  { name: 'cut: in the request line', send: 'GET / HT', cut: true },
  { name: 'cut: in the fields', send: 'GET / HTTP/1.1\r\nHost: a.te', cut: true },
  { name: 'cut: before the empty line', send: 'GET / HTTP/1.1\r\nHost: a.test\r\n', cut: true },
]

/**
 * Messages whose head is fine and whose body is not. A streaming gateway may have begun to send them on: the backend must
 * not take one for complete, nor see anything behind it.
 */
export const brokenBodyCases: readonly RefusedCase[] = [
  ...refused(
    'chunked',
    Object.fromEntries(
      Object.entries(CHUNKED_BODIES).map(([name, body]) => [name, post('Transfer-Encoding: chunked\r\n', body)]),
    ),
  ),
  { name: 'cut: in a body of known length', send: post('Content-Length: 10\r\n', 'abc'), cut: true },
  { name: 'cut: in a chunk', send: post('Transfer-Encoding: chunked\r\n', '5\r\nabc'), cut: true },
  { name: 'cut: between chunks', send: post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n'), cut: true },
  { name: 'cut: before the end of chunks', send: post('Transfer-Encoding: chunked\r\n', '0\r\n'), cut: true },
]

function both(coding: string, behind: boolean): string {
  return post(behind ? `Content-Length: 5\r\n${coding}\r\n` : `${coding}\r\nContent-Length: 5\r\n`, CHUNKED_EVIL)
}

const A: Seen = { method: 'GET', path: '/' }

/** Unusual, but right by the RFCs: refusing them would be a mistake of ours. */
export const passedCases: readonly PassedCase[] = [
  { name: 'one empty line before the request', send: `\r\n${get('')}`, sees: [A] },
  {
    name: 'names in odd case',
    send: 'GET / HTTP/1.1\r\nhOsT: a.test\r\nX-a: 1\r\n\r\n',
    sees: [{ ...A, has: ['x-a: 1'] }],
  },
  { name: 'no space behind the colon', send: get('X:y\r\n'), sees: [{ ...A, has: ['x: y'] }] },
  { name: 'tabs and spaces around a value', send: get('X:\t y \t\r\n'), sees: [{ ...A, has: ['x: y'] }] },
  { name: 'an empty value', send: get('X:\r\n'), sees: [{ ...A, has: ['x: '] }] },
  { name: 'obs-text in a value', send: get('X: \xe4\xf6\r\n'), sees: [{ ...A, has: ['x: \xe4\xf6'] }] },
  { name: 'a tab in a value', send: get('X: a\tb\r\n'), sees: [{ ...A, has: ['x: a\tb'] }] },
  { name: 'every token character in a name', send: get("!#$%&'*+-.^_`|~09aZ: y\r\n"), sees: [A] },
  { name: 'a field twice', send: get('X: 1\r\nX: 2\r\n'), sees: [{ ...A, has: ['x: 1', 'x: 2'] }] },
  {
    name: 'a method of its own',
    send: 'PURGE-ALL!x / HTTP/1.1\r\nHost: a.test\r\n\r\n',
    sees: [{ ...A, method: 'PURGE-ALL!x' }],
  },
  { name: 'PROPFIND', send: 'PROPFIND / HTTP/1.1\r\nHost: a.test\r\n\r\n', sees: [{ ...A, method: 'PROPFIND' }] },
  {
    name: 'OPTIONS of the server',
    send: 'OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n',
    sees: [{ method: 'OPTIONS', path: '*' }],
  },
  {
    name: 'absolute form overrides Host',
    send: 'GET http://a.test/x?y HTTP/1.1\r\nHost: b.test\r\n\r\n',
    sees: [{ method: 'GET', path: '/x?y', host: 'a.test' }],
  },
  { name: 'absolute form without a path', send: 'GET http://a.test HTTP/1.1\r\nHost: a.test\r\n\r\n', sees: [A] },
  {
    name: 'absolute form with a query only',
    send: 'GET HTTP://a.test?x HTTP/1.1\r\nHost: a.test\r\n\r\n',
    sees: [{ method: 'GET', path: '/?x' }],
  },
  {
    name: 'Host with a port',
    send: 'GET / HTTP/1.1\r\nHost: a.test:8080\r\n\r\n',
    sees: [{ ...A, host: 'a.test:8080' }],
  },
  { name: 'Host as IPv6', send: 'GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n', sees: [{ ...A, host: '[::1]:80' }] },
  {
    name: 'HTTP/1.0 with keep-alive',
    send: 'GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n',
    sees: [A],
  },
  { name: 'HTTP/1.0 that closes', send: 'GET / HTTP/1.0\r\nHost: a.test\r\n\r\n', sees: [A] },
  {
    name: 'a query full of signs',
    send: 'GET /?a={b}|c^d`e"f<g>[h]\'i HTTP/1.1\r\nHost: a.test\r\n\r\n',
    sees: [{ method: 'GET', path: '/?a={b}|c^d`e"f<g>[h]\'i' }],
  },
  { name: 'a GET with a body', send: get('Content-Length: 5\r\n', 'abcde'), sees: [{ ...A, body: 'abcde' }] },
  {
    name: 'a chunked GET',
    send: get('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'),
    sees: [{ ...A, body: 'abc' }],
  },
  {
    name: 'a DELETE with a body',
    send: 'DELETE / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\nab',
    sees: [{ method: 'DELETE', path: '/', body: 'ab' }],
  },
  { name: 'a POST without a length', send: post('', ''), sees: [{ method: 'POST', path: '/p', body: '' }] },
  {
    name: 'Content-Length with zeros',
    send: post('Content-Length: 0005\r\n', 'abcde'),
    sees: [{ method: 'POST', path: '/p', body: 'abcde' }],
  },
  {
    name: 'Content-Length twice the same',
    send: post('Content-Length: 5\r\nContent-Length: 5\r\n', 'abcde'),
    sees: [{ method: 'POST', path: '/p', body: 'abcde' }],
  },
  {
    name: 'CHUNKED',
    send: post('Transfer-Encoding: ChunKED\r\n', '3\r\nabc\r\n0\r\n\r\n'),
    sees: [{ method: 'POST', path: '/p', body: 'abc' }],
  },
  {
    name: 'chunk sizes in upper case and with zeros',
    send: post('Transfer-Encoding: chunked\r\n', '00A\r\n0123456789\r\n000\r\n\r\n'),
    sees: [{ method: 'POST', path: '/p', body: '0123456789' }],
  },
  {
    name: 'chunk extensions',
    send: post('Transfer-Encoding: chunked\r\n', '3;a;b=c;d="e;\\"f"\r\nabc\r\n0;x\r\n\r\n'),
    sees: [{ method: 'POST', path: '/p', body: 'abc' }],
  },
  {
    name: 'bad whitespace around an extension',
    send: post('Transfer-Encoding: chunked\r\n', '3 ; a = b\r\nabc\r\n0\r\n\r\n'),
    sees: [{ method: 'POST', path: '/p', body: 'abc' }],
  },
  {
    name: 'trailers',
    send: post('Trailer: x-sum\r\nTransfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n'),
    sees: [{ method: 'POST', path: '/p', body: 'abc', trailers: ['x-sum: 7'] }],
  },
  {
    name: 'trailers of the forbidden kind are left out',
    send: post('Transfer-Encoding: chunked\r\n', '0\r\nAuthorization: x\r\nX: y\r\n\r\n'),
    sees: [{ method: 'POST', path: '/p', trailers: ['x: y'] }],
  },
  {
    name: 'Connection names a field',
    send: get('Connection: x-hop, , Keep-Alive\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nX: y\r\n'),
    sees: [{ ...A, has: ['x: y'], hasNot: [/^x-hop/, /^keep-alive/, /^connection/] }],
  },
  {
    name: 'Connection may not hide X-Forwarded-For',
    send: get('Connection: X-Forwarded-Proto\r\n'),
    sees: [{ ...A, hasNot: [/^connection/] }],
  },
  {
    name: 'Proxy-Connection',
    send: get('Proxy-Connection: keep-alive\r\n'),
    sees: [{ ...A, hasNot: [/^proxy-connection/] }],
  },
  { name: 'Upgrade without its option', send: get('Upgrade: websocket\r\n'), sees: [{ ...A, hasNot: [/^upgrade/] }] },
  {
    name: 'an h2c upgrade is ignored',
    send: get('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'),
    sees: [{ ...A, hasNot: [/^upgrade/, /^http2-settings/, /^connection/] }],
  },
  {
    name: 'an h2c upgrade with a body',
    send: post('Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n', 'abc'),
    sees: [{ method: 'POST', path: '/p', body: 'abc', hasNot: [/^upgrade/] }],
  },
  {
    name: 'TE: trailers',
    send: get('TE: gzip, trailers\r\nConnection: te\r\n'),
    sees: [{ ...A, has: ['te: trailers'] }],
  },
  {
    name: 'two pipelined',
    send: get('') + post('Content-Length: 3\r\n', 'abc'),
    sees: [A, { method: 'POST', path: '/p', body: 'abc' }],
  },
  {
    name: 'three pipelined, chunked first',
    send: post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\n\r\n') + get('') + get(''),
    sees: [{ method: 'POST', path: '/p', body: 'abc' }, A, A],
  },
  {
    name: 'a body that looks like a request',
    send: post(`Content-Length: ${EVIL.length}\r\n`, EVIL),
    sees: [{ method: 'POST', path: '/p', body: EVIL }],
  },
  {
    name: 'an empty line behind a body',
    send: `${post('Content-Length: 3\r\n', 'abc')}\r\n${get('')}`,
    sees: [{ method: 'POST', path: '/p', body: 'abc' }, A],
  },
  {
    name: 'Expect: 100-continue with the body at once',
    send: post('Expect: 100-Continue\r\nContent-Length: 3\r\n', 'abc'),
    sees: [{ method: 'POST', path: '/p', body: 'abc' }],
  },
]

/** What came back for a case: the statuses, and the backend's word on what it saw. */
export interface Answers {
  readonly statuses: readonly number[]
  readonly bodies: readonly string[]
  readonly closed: boolean
  /** Bytes that are no whole response. */
  readonly rest: string
}

/**
 * Sends raw bytes and gathers answers until the connection closes, or `want` final answers are there (then a moment
 * longer, so that one too many is seen).
 */
export function exchangeRaw(port: number, send: string, want: number, cut = false): Promise<Answers> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    let closed = false
    let timer = setTimeout(finish, 4000)
    function finish(): void {
      clearTimeout(timer)
      socket.destroy()
      resolve({ ...readAnswers(text), closed })
    }
    socket.on('connect', () => {
      socket.write(send, 'latin1')
      if (cut) socket.end()
    })
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (want === 0 || readAnswers(text).statuses.length < want) return
      clearTimeout(timer)
      timer = setTimeout(finish, 30)
    })
    socket.on('end', () => {
      closed = true
      finish()
    })
    socket.on('error', () => {
      closed = true
      finish()
    })
  })
}

/** Reads responses strictly; informational ones are passed over. */
function readAnswers(text: string): Omit<Answers, 'closed'> {
  const statuses: number[] = []
  const bodies: string[] = []
  let rest = text
  for (;;) {
    const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n:]+: [^\r\n]*\r\n)*)\r\n/.exec(rest)
    if (head === null) return { statuses, bodies, rest }
    const after = rest.slice(head[0].length)
    const status = Number(head[1])
    if (status < 200) {
      rest = after
      continue
    }
    const length = Number(/^content-length: (\d+)\r$/im.exec(head[2]!)?.[1] ?? 0)
    if (after.length < length) return { statuses, bodies, rest }
    statuses.push(status)
    bodies.push(after.slice(0, length))
    rest = after.slice(length)
  }
}

/** What is wrong with how a gateway treated a message that it had to refuse; '' when nothing. */
export async function judgeRefused(port: number, backend: RecordingBackend, it: RefusedCase): Promise<string> {
  backend.clear()
  const answers = await exchangeRaw(port, it.send, 0, it.cut)
  if (backend.ambiguous.length > 0) return `the backend saw ${JSON.stringify(backend.ambiguous[0])}`
  if (backend.seen.length > 0) return `the backend saw ${JSON.stringify(backend.seen)}`
  if (!answers.closed) return 'the connection stayed open'
  if (answers.rest !== '') return `half an answer: ${JSON.stringify(answers.rest)}`
  if (answers.statuses.length > 1) return `answers out of step: ${answers.statuses}`
  const status = answers.statuses[0]
  if (status !== undefined && status < 400) return `answered ${status}`
  if (status !== undefined && it.status !== undefined && !it.status.includes(status)) return `answered ${status}`
  return ''
}

/** What is wrong with how a gateway treated a message that it had to pass; '' when nothing. */
export async function judgePassed(port: number, backend: RecordingBackend, it: PassedCase): Promise<string> {
  backend.clear()
  const answers = await exchangeRaw(port, it.send, it.sees.length)
  if (backend.ambiguous.length > 0) return `the backend saw ${JSON.stringify(backend.ambiguous[0])}`
  if (backend.seen.length !== it.sees.length)
    return `the backend saw ${JSON.stringify(backend.seen)}, ${answers.bodies}`
  for (const [i, want] of it.sees.entries()) {
    const seen = backend.seen[i]!
    if (seen.method !== want.method || seen.path !== want.path) return `the backend saw ${seen.method} ${seen.path}`
    if (want.host !== undefined && seen.host !== want.host) return `the backend saw host ${seen.host}`
    if (want.body !== undefined && seen.body !== want.body) return `the backend saw the body ${seen.body}`
    for (const line of want.has ?? [])
      if (!seen.lines.includes(line)) return `no line ${line} in ${seen.lines.join('|')}`
    for (const line of want.hasNot ?? []) if (seen.lines.some((it) => line.test(it))) return `a line like ${line}`
    if (want.trailers !== undefined && seen.trailers.join() !== want.trailers.join()) return `trailers ${seen.trailers}`
    if (answers.statuses[i] !== 200) return `answered ${answers.statuses}`
    if (answers.bodies[i] !== `saw ${want.method} ${want.path}`) return `answers out of step: ${answers.bodies}`
  }
  return answers.rest === '' && answers.statuses.length === it.sees.length ? '' : 'more answers than requests'
}
