import { Agent, request as requestHttp1 } from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import type { TestRequest } from './send-request.ts'

/**
 * Opens connections of HTTP/1.1 to where a request goes; each of them gets an answer, so that it has been counted wherever
 * connections are counted, and stays open.
 * @returns what closes them
 */
export async function holdConnections(count: number, port: number, { sni, host }: TestRequest): Promise<() => void> {
  const options = { keepAlive: true, maxSockets: count }
  const agent = sni === undefined ? new Agent(options) : new SecureAgent(options)
  const place = { host: '127.0.0.1', port, agent, headers: { host }, path: '/?held' }
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      const sent =
        sni === undefined ? requestHttp1(place) : requestHttps({ ...place, servername: sni, rejectUnauthorized: false })
      sent.on('error', reject)
      sent.on('response', (response) => response.resume().on('end', resolve))
      sent.end()
    })
  await Promise.all(Array.from({ length: count }, ask))
  return () => agent.destroy()
}
