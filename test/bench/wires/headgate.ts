import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Command, Wire, WireSetup } from './wire.ts'

export function wireHeadgate(binary: string, setup: WireSetup): Command {
  const folder = path.join(setup.folder, 'manifests')
  mkdirSync(folder)
  const { port, wire } = setup
  writeFileSync(
    path.join(folder, 'all.yaml'),
    [buildGateway(port, wire), buildRoute(wire), buildService(wire), buildSecret(setup)].join('---\n'),
  )
  const flags = ['--bind', '127.0.0.1', '--workers', '1', '--admin', 'off', '--access-log', 'off']
  return { command: binary, args: ['run', '-f', folder, ...flags] }
}

const protocols = { http1: 'HTTP', http2: 'HTTP', https: 'HTTPS', tcp: 'TCP', udp: 'UDP' } as const

function buildGateway(port: number, { client }: Wire): string {
  const tls = client === 'https' ? ', tls: { certificateRefs: [{ name: certificate }] }' : ''
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: bench }
spec:
  gatewayClassName: headgate
  listeners: [{ name: one, protocol: ${protocols[client]}, port: ${port}${tls} }]
`
}

function buildRoute({ backend }: Wire): string {
  const kind = { grpc: 'GRPCRoute', tcp: 'TCPRoute', udp: 'UDPRoute', http1: '', h2c: '', websocket: '' }[backend]
  return `apiVersion: gateway.networking.k8s.io/v1
kind: ${kind || 'HTTPRoute'}
metadata: { name: all }
spec:
  parentRefs: [{ name: bench }]
  rules: [{ backendRefs: [{ name: service, port: 80 }] }]
`
}

function buildService({ backend, endpoint }: Wire): string {
  const protocol = backend === 'udp' ? 'UDP' : 'TCP'
  const h2c = backend === 'h2c' ? ', appProtocol: kubernetes.io/h2c' : ''
  return `apiVersion: v1
kind: Service
metadata: { name: service }
spec: { ports: [{ name: one, port: 80, protocol: ${protocol}${h2c} }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: service-a, labels: { kubernetes.io/service-name: service } }
addressType: IPv4
ports: [{ name: one, port: ${endpoint}, protocol: ${protocol} }]
endpoints: [{ addresses: [127.0.0.1] }]
`
}

function buildSecret({ certificate }: WireSetup): string {
  const encode = (file: string): string => readFileSync(file).toString('base64')
  return `apiVersion: v1
kind: Secret
metadata: { name: certificate }
type: kubernetes.io/tls
data: { tls.crt: ${encode(certificate.cert)}, tls.key: ${encode(certificate.key)} }
`
}
