import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClientSettings } from '#ir'
import { compileAccessLog } from './access-log.ts'
import type { ExchangeRecord } from './observer.ts'

const record: ExchangeRecord = {
  route: undefined,
  listener: {
    key: 'default/gw/80',
    gateway: 'default/gw',
    origin: { kind: 'Gateway', namespace: 'default', name: 'gw' },
    addresses: [],
    port: 80,
    protocol: 'http',
    hostname: '',
    client: defaultClientSettings,
  },
  method: 'POST',
  authority: 'a.test',
  path: '/a.B/C',
  userAgent: '',
  connection: {
    remoteAddress: '127.0.0.1',
    remotePort: 1,
    localAddress: '127.0.0.1',
    localPort: 80,
    tls: false,
    sni: '',
    protocol: 'h2',
  },
  clientAddress: '127.0.0.1',
  status: 200,
  why: '',
  failure: undefined,
  backend: '',
  endpoint: '',
  tries: 1,
  bytesIn: 0,
  bytesOut: 0,
  durationMs: 1,
}

test('failures are written whatever the sample, those of gRPC too', () => {
  let lines = ''
  const options = { format: 'text', fields: ['status', 'grpcStatus'], sample: 0 } as const
  const log = compileAccessLog(options, (text) => {
    lines += text
  })
  log.log(record)
  log.log({ ...record, status: 502 })
  log.log({ ...record, grpcStatus: '14' })
  log.log({ ...record, grpcStatus: '5' })
  log.log({ ...record, grpcStatus: '' })
  log.flush()
  assert.equal(lines, '502 -\n200 14\n')
})
