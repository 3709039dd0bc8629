import { createSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { beginSocket } from './begin-socket.ts'
import type { TestRequest, TestResponse } from './send-request.ts'

// Silence is the only refusal that UDP knows.
const silenceMs = 2_000
const timeoutMs = 60_000

/** Opens a connection (UDP: sends a datagram), says the body, and collects what comes back; nothing when it is refused. */
export function sendStream(port: number, request: TestRequest): Promise<TestResponse> {
  if (request.protocol === 'udp') return sendDatagram(port, request.body)
  const place = { host: '127.0.0.1', port }
  const { sni, begins } = request
  const under = begins === undefined ? undefined : beginSocket(place, begins)
  if (request.protocol === 'tcp') return converse(under ?? connect(place), request.body, () => '')
  const to = under ? { socket: under } : place
  const socket = connectTls({ ...to, rejectUnauthorized: false, ...(sni !== undefined && { servername: sni }) })
  return converse(socket, request.body, () => String(socket.getPeerCertificate().subject?.CN ?? ''))
}

function converse(socket: Socket, text: string, certificateOf: () => string): Promise<TestResponse> {
  return new Promise((resolve) => {
    let received = ''
    let certificate = ''
    socket.setTimeout(timeoutMs, () => socket.destroy())
    socket.once('secureConnect', () => {
      certificate = certificateOf()
    })
    socket.on('data', (chunk) => {
      received += chunk.toString()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(response(received, certificate)))
    socket.write(text)
  })
}

function sendDatagram(port: number, text: string): Promise<TestResponse> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const done = (received: string) => {
      clearTimeout(timer)
      socket.close()
      resolve(response(received, ''))
    }
    const timer = setTimeout(() => done(''), silenceMs)
    socket.once('message', (data) => done(data.toString()))
    socket.send(text, port, '127.0.0.1')
  })
}

function response(body: string, certificate: string): TestResponse {
  return { status: 0, headers: { 'content-type': 'application/json' }, body, certificate }
}
