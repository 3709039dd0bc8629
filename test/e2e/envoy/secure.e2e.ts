import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerCredentials } from '@grpc/grpc-js'
import { EnvoyProcess, XdsServer } from '#envoy/control'
import { Authority, renewAuthorities } from '#feed'
import { noEnvoyResources } from '../../../src/envoy/envoy-resources.ts'
import { freePort } from '../headgate-process.ts'
import { installEnvoy } from './install-envoy.ts'

const gateway = 'default/gw'

/** A control plane that speaks to Envoys with certificates of its authority, each about the Gateway that its own is for. */
async function start(t: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-mtls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const record = await renewAuthorities(undefined)
  const authority = new Authority(record)
  const { cert, key } = await authority.issueServer()
  const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }
  const refused: string[] = []
  const server = new XdsServer({
    credentials: ServerCredentials.createSsl(Buffer.from(authority.trust), [pair], true),
    admit: ({ node, certificate }) => {
      if (certificate?.subjectaltname?.startsWith(`URI:spiffe://headgate.dev/gateway/${node}/`)) return undefined
      refused.push(`${node} with ${certificate?.subjectaltname}`)
      return `that is no certificate for ${node}`
    },
  })
  t.after(() => server.close())
  const port = await server.listen('127.0.0.1:0')
  const file = (name: string, text: string) => {
    const place = path.join(folder, name)
    writeFileSync(place, text)
    return place
  }

  /** @param signer whose certificate it shows */
  async function startEnvoy(name: string, certificateFor: string, signer = authority): Promise<EnvoyProcess> {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    const own = mkdtempSync(path.join(tmpdir(), 'headgate-envoy-'))
    const envoy = new EnvoyProcess({
      program: await installEnvoy(),
      folder: own,
      concurrency: 1,
      node: gateway,
      onLog: () => {},
      xds: {
        kind: 'tls',
        host: '127.0.0.1',
        port,
        serverName: 'feed.headgate.internal',
        authority: file(`${name}-ca`, authority.trust),
        certificate: file(
          `${name}-crt`,
          await signer.issueProxy(spki, { gateway: certificateFor, uid: 'u', proxy: name }),
        ),
        privateKey: file(`${name}-key`, String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
      },
    })
    t.after(async () => {
      await envoy.stop()
      rmSync(own, { recursive: true, force: true })
    })
    envoy.start()
    return envoy
  }
  return { server, startEnvoy, refused }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds()); await sleep(20)) assert.ok(Date.now() < end, `never: ${what}`)
}

test('Envoy and its control plane know each other by certificates; ready means that all of the configuration is there', async (t) => {
  const { server, startEnvoy, refused } = await start(t)
  const envoy = await startEnvoy('pod', gateway)
  await until('it is let in', () => server.report(gateway).streams === 1)
  // It may ask for as long as it likes: there is nothing that it could serve yet.
  assert.equal(await envoy.admin.ready(), false)
  const port = await freePort()
  server.publish(gateway, {
    ...noEnvoyResources,
    listener: [
      {
        name: 'web',
        address: { socket_address: { address: '127.0.0.1', port_value: port } },
        filter_chains: [
          {
            filters: [
              {
                name: 'answer',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.network.direct_response.v3.Config',
                  response: { inline_string: 'here' },
                },
              },
            ],
          },
        ],
      },
    ],
  })
  await until('ready', () => envoy.admin.ready())
  assert.equal((await envoy.admin.listeners()).get('web')?.port, port, 'a ready Envoy has its listeners')
  assert.deepEqual(refused, [])
})

test('with a certificate for another Gateway, or of another authority, Envoy gets nothing', async (t) => {
  const { server, startEnvoy, refused } = await start(t)
  server.publish(gateway, noEnvoyResources)
  const other = await startEnvoy('other', 'default/other')
  await until('it is turned away', () => refused.length > 0)
  assert.match(refused[0] ?? '', /^default\/gw with URI:spiffe:\/\/headgate\.dev\/gateway\/default\/other\//)
  const stranger = await startEnvoy('stranger', gateway, new Authority(await renewAuthorities(undefined)))
  const tries = () => stranger.admin.get('/stats?filter=headgate-control-plane.upstream_cx_total').catch(() => '')
  await until('it has tried twice', async () => Number(/: (\d+)/.exec(await tries())?.[1] ?? 0) >= 2)
  assert.deepEqual([server.report(gateway).streams, server.report(gateway).settled], [0, 0])
  assert.deepEqual([await other.admin.ready(), await stranger.admin.ready()], [false, false])
})
