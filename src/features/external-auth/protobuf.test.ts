import assert from 'node:assert/strict'
import { test } from 'node:test'
import protobuf from 'protobufjs'
import { encodeCheckRequest } from './check-request.ts'
import { parseCheckResponse } from './check-response.ts'
import { MessageWriter, parseMessage } from './protobuf.ts'

// The fields of ext_authz v3 that we write and read, with their numbers; another library makes of it what it is.
const root = protobuf.parse(
  `syntax = "proto3";
  message Request { Attributes attributes = 1; }
  message Attributes { Peer source = 1; Peer destination = 2; Inner request = 4; Tls tls_session = 12; }
  message Peer { Address address = 1; }
  message Address { oneof address { SocketAddress socket_address = 1; } }
  message SocketAddress { string address = 2; oneof port { uint32 port_value = 3; } }
  message Tls { string sni = 1; }
  message Inner { Http http = 2; }
  message Http {
    string id = 1; string method = 2; map<string, string> headers = 3; string path = 4; string host = 5;
    string scheme = 6; int64 size = 9; string protocol = 10; string body = 11; bytes raw_body = 12;
  }
  message Response {
    Status status = 1;
    oneof http_response { Denied denied_response = 2; Ok ok_response = 3; }
    fixed64 unknown_a = 14; fixed32 unknown_b = 15; string unknown_c = 16; int32 unknown_d = 17;
  }
  message Status { int32 code = 1; string message = 2; }
  message Denied { HttpStatus status = 1; repeated Option headers = 2; string body = 3; }
  message HttpStatus { int32 code = 1; }
  message Ok { repeated Option headers = 2; repeated string headers_to_remove = 5; repeated Option response_headers_to_add = 6; }
  message Option { Header header = 1; Bool append = 2; int32 append_action = 3; }
  message Header { string key = 1; string value = 2; bytes raw_value = 3; }
  message Bool { bool value = 1; }`,
  { keepCase: true },
).root

function encode(response: object): Uint8Array {
  const type = root.lookupType('Response')
  return type.encode(type.fromObject(response)).finish()
}

test('a CheckRequest is read by protobufjs as it was meant', () => {
  const http = {
    id: 'r1',
    method: 'POST',
    headers: new Map([
      [':path', '/a?b=c'],
      ['x-é', 'ü'.repeat(100)],
    ]),
    path: '/a?b=c',
    host: 'shop.test:8080',
    scheme: 'https',
    size: -1,
    protocol: 'HTTP/2',
    body: Buffer.from('körper'),
  }
  const peers = { source: { address: '::1', port: 65_535 }, destination: { address: '10.0.0.1', port: 443 } }
  const read = (bytes: Uint8Array) => root.lookupType('Request').decode(bytes).toJSON()
  assert.deepEqual(read(encodeCheckRequest({ ...peers, sni: 'shop.test', context: [], http })), {
    attributes: {
      source: { address: { socket_address: { address: '::1', port_value: 65_535 } } },
      destination: { address: { socket_address: { address: '10.0.0.1', port_value: 443 } } },
      request: { http: { ...http, headers: Object.fromEntries(http.headers), size: '-1', body: 'körper' } },
      tls_session: { sni: 'shop.test' },
    },
  })
  const binary = read(
    encodeCheckRequest({ ...peers, sni: '', context: [], http: { ...http, body: Buffer.from([0xff, 0xfe]) } }),
  )
  assert.equal(binary.attributes.request.http.body, undefined)
  assert.equal(binary.attributes.request.http.raw_body, '//4=')
  assert.equal(binary.attributes.tls_session, undefined)
})

test('a CheckResponse of protobufjs is read as it was meant', () => {
  assert.deepEqual(
    parseCheckResponse(
      encode({
        status: { code: 0, message: 'fine' },
        unknown_a: 1,
        unknown_b: 2,
        unknown_c: 'x'.repeat(300),
        unknown_d: -5,
        ok_response: {
          headers: [
            { header: { key: 'X-User', value: 'jörg' } },
            { header: { key: 'x-raw', raw_value: Buffer.from([0xe9]).toString('base64') } },
            { header: { key: 'x-more', value: 'b' }, append: { value: true } },
            { header: { key: 'x-less', value: 'b' }, append: { value: false }, append_action: 1 },
            { header: { key: 'x-1', value: 'b' }, append_action: 1 },
            { header: { key: 'x-2', value: 'b' }, append_action: 2 },
            { header: { key: 'x-3', value: '' }, append_action: 3 },
          ],
          headers_to_remove: ['Authorization', 'cookie'],
          response_headers_to_add: [{ header: { key: 'set-cookie', value: 'a=1' } }],
        },
      }),
    ),
    {
      code: 0,
      ok: {
        headers: [
          { kind: 'set', name: 'x-user', value: 'jÃ¶rg' },
          { kind: 'set', name: 'x-raw', value: 'é' },
          { kind: 'add', name: 'x-more', value: 'b' },
          { kind: 'set', name: 'x-less', value: 'b' },
          { kind: 'addIfAbsent', name: 'x-1', value: 'b' },
          { kind: 'set', name: 'x-2', value: 'b' },
          { kind: 'setIfPresent', name: 'x-3', value: '' },
        ],
        headersToRemove: ['authorization', 'cookie'],
        responseHeaders: [{ kind: 'set', name: 'set-cookie', value: 'a=1' }],
      },
    },
  )
  const denied = parseCheckResponse(
    encode({ status: { code: 7 }, denied_response: { status: { code: 401 }, body: 'no', headers: [] } }),
  )
  assert.deepEqual(denied, { code: 7, denied: { status: 401, headers: [], body: Buffer.from('no') } })
  assert.deepEqual(parseCheckResponse(encode({ status: { code: -1 } })), { code: -1 })
  assert.deepEqual(parseCheckResponse(encode({})), { code: undefined })
})

test('bytes that are no message are told so, wherever they are cut or broken', () => {
  const whole = encode({
    status: { code: 7, message: 'no' },
    denied_response: { status: { code: 401 }, headers: [{ header: { key: 'a', value: 'b' } }], body: 'x' },
  })
  const ends = [0, 8, whole.length]
  for (let i = 0; i <= whole.length; i++) {
    assert.equal(parseMessage(whole.subarray(0, i)) !== undefined, ends.includes(i), `cut at ${i}`)
  }
  for (const bytes of [
    [0x0b],
    [0x00, 0x01],
    [0x08],
    [0x08, ...Array(10).fill(0xff), 1],
    [0x0a, 0x05, 1],
    [0x09, 1],
    [0x0d],
  ]) {
    assert.equal(parseMessage(Uint8Array.from(bytes)), undefined, String(bytes))
  }
  // Right outside, wrong inside; and a number where a message belongs.
  assert.equal(parseCheckResponse(new MessageWriter().bytes(1, Uint8Array.of(0xff)).finish()), undefined)
  assert.equal(parseCheckResponse(new MessageWriter().integer(1, 5).finish()), undefined)
})

test('integers survive', () => {
  for (const value of [1, 127, 128, 300, 2 ** 31, 2 ** 53 - 1, -1, -(2 ** 40)]) {
    assert.deepEqual(parseMessage(new MessageWriter().integer(3, value).finish()), [{ number: 3, value }])
  }
})
