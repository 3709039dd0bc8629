import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createServer } from 'node:tls'
import * as certificates from '../tls/certificates.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'headgate-authorities-'))
const empty = join(folder, 'empty')
mkdirSync(empty)
const server = createServer({ cert: certificates.backend.chain, key: certificates.backend.key }, (socket) => {
  socket.on('error', () => {})
  socket.end()
}).on('tlsClientError', () => {})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

// The platform's authorities are read once in a process: each machine is a process of its own.
async function dialOn(machine: Readonly<Record<string, string>>): Promise<string> {
  const script = `
    import { dial } from ${JSON.stringify(new URL('./dial.ts', import.meta.url).href)}
    const endpoint = { kind: 'ip', address: '127.0.0.1', port: ${(server.address() as AddressInfo).port} }
    const tls = { hostname: 'backend.test', trust: { kind: 'system' }, subjectAltNames: [] }
    dial(endpoint, { tls, connectTimeoutMs: 5000 }, (result) => {
      console.log('code' in result ? result.code : 'trusted')
      process.exit()
    })`
  const { NODE_EXTRA_CA_CERTS: _theirs, ...env } = process.env
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...env, SSL_CERT_DIR: empty, ...machine },
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk
  })
  await once(child, 'close')
  return said.trim()
}

function bundle(name: string, pem: string): string {
  const path = join(folder, name)
  writeFileSync(path, pem)
  return path
}

test('System trusts the authorities of the machine, and those that the operator adds', async () => {
  const ours = bundle('ours.pem', certificates.ca)
  const others = bundle('others.pem', certificates.clientCa)
  const verdicts = await Promise.all([
    dialOn({ SSL_CERT_FILE: ours }),
    dialOn({ SSL_CERT_FILE: others }),
    dialOn({ SSL_CERT_FILE: others, NODE_EXTRA_CA_CERTS: ours }),
  ])
  assert.deepEqual(verdicts, ['trusted', 'tls_failed', 'trusted'])
})
