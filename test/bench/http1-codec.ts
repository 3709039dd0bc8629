import { findHeadEnd } from '../../src/proxy/http1/head-end.ts'
import { RequestParser } from '../../src/proxy/http1/parse-request-head.ts'
import { ResponseParser } from '../../src/proxy/http1/parse-response-head.ts'
import { serialiseRequest, serialiseResponse } from '../../src/proxy/http1/serialise.ts'

/** Nanoseconds per parse and per serialised head. `node test/bench/http1-codec.ts` */

const SMALL = Buffer.from('GET /index.html HTTP/1.1\r\nHost: bench.test:8080\r\nUser-Agent: wrk\r\nAccept: */*\r\n\r\n')
const BROWSER = Buffer.from(
  'GET /static/app.js?v=12345 HTTP/1.1\r\nHost: www.example.com\r\nConnection: keep-alive\r\n' +
    'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"\r\nsec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: "Linux"\r\n' +
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n' +
    'Accept: */*\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n' +
    'Referer: https://www.example.com/\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n' +
    'Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=1\r\n\r\n',
)
const RESPONSE = Buffer.from(
  'HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: text/plain\r\n' +
    'Content-Length: 13\r\nConnection: keep-alive\r\n\r\n',
)

function measure(name: string, run: () => void): void {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 12; round++) {
    const count = 50_000
    const start = process.hrtime.bigint()
    for (let i = 0; i < count; i++) run()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / count)
  }
  console.log(`${name.padEnd(36)} ${best.toFixed(0).padStart(6)} ns`)
}

const requests = new RequestParser()
const responses = new ResponseParser()
let sink: unknown

for (const [name, bytes] of [
  ['small request', SMALL],
  ['browser request', BROWSER],
] as const) {
  measure(`${name}: parse`, () => {
    sink = requests.parse(bytes, 0, findHeadEnd(bytes, 0, 0, 16384), 'http', 100)
  })
  measure(`${name}: parse and serialise`, () => {
    const head = requests.parse(bytes, 0, findHeadEnd(bytes, 0, 0, 16384), 'http', 100)
    head.fields.push('x-forwarded-for', '127.0.0.1', 'x-forwarded-proto', 'http')
    sink = Buffer.byteLength(serialiseRequest(head, '')!, 'latin1')
  })
}
measure('response: parse', () => {
  sink = responses.parse(RESPONSE, 0, findHeadEnd(RESPONSE, 0, 0, 16384), 'GET', 100)
})
measure('response: parse and serialise', () => {
  const head = responses.parse(RESPONSE, 0, findHeadEnd(RESPONSE, 0, 0, 16384), 'GET', 100)
  sink = serialiseResponse(head.status, head.fields, 'content-length: 13\r\n')
})
if (sink === undefined) throw new Error('nothing was measured')
