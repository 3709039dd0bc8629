import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Command, WireSetup } from './wire.ts'

/** HAProxy has no UDP. */
export function wireHaproxy({ folder, port, wire, certificate }: WireSetup): Command | undefined {
  if (wire.client === 'udp') return undefined
  const bind = {
    http1: '',
    http2: ' proto h2',
    https: ` ssl crt ${certificate.both} alpn h2,http/1.1`,
    tcp: '',
  }[wire.client]
  const http = wire.client === 'tcp' ? '' : '  option forwardfor\n  http-reuse aggressive\n'
  const http2 = wire.backend === 'h2c' || wire.backend === 'grpc' ? ' proto h2' : ''
  const file = path.join(folder, 'haproxy.cfg')
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 8000
defaults
  mode ${wire.client === 'tcp' ? 'tcp' : 'http'}
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
frontend one
  bind 127.0.0.1:${port} backlog 8192${bind}
  default_backend service
backend service
${http}  server a 127.0.0.1:${wire.endpoint}${http2} pool-max-conn 256
`,
  )
  return { command: 'haproxy', args: ['-W', '-db', '-f', file] }
}
