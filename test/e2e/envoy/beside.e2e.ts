import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultControllerName, defaultGatewayClass } from '#cli'
import { defaultClientSettings, podPort } from '#ir'
import { engineFolder, sharedFolder } from '#kube'
import { planEnvoy } from '../../../src/apps/envoy-container.ts'
import { EnvoyHost } from '../../../src/apps/envoy-host.ts'
import { openManifests, translatorFor } from '../../../src/apps/wiring.ts'
import { gatewayYaml, routeYaml, serviceYaml } from '../headgate-process.ts'
import { installEnvoy } from './install-envoy.ts'

/** The container of a pod's plan as a process: its folders are one of ours. */
async function startEnvoy(t: TestContext, folder: string): Promise<ChildProcess> {
  const { engine, files } = planEnvoy('default/gw', { workers: 1 })
  const here = (text: string) => text.replaceAll(sharedFolder, folder).replaceAll(engineFolder, folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), here(text))
  const child = spawn(await installEnvoy(), engine.args.map(here), { stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds()); await sleep(10)) assert.ok(Date.now() < end, `never: ${what}`)
}

function ask(port: number): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk
      })
      response.on('end', () => resolve(`${response.statusCode} ${body}`))
    })
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

test('an Envoy in another container: it comes later, dies and comes again, and is drained', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-beside-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const backend = createServer((_, response) => response.end('here'))
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  t.after(() => backend.close().closeAllConnections())
  const { port: behind } = backend.address() as AddressInfo

  // A port that a pod without rights can't have, so that it is served at another one.
  const port = 1 + (process.pid % 1_000)
  const manifests = path.join(folder, 'manifests.yaml')
  writeFileSync(manifests, [gatewayYaml(port), serviceYaml('a', behind), routeYaml('r', 'a')].join('---\n'))
  const { changes } = await openManifests([manifests], [defaultGatewayClass(defaultControllerName)]).load()
  const settings = { controllerName: defaultControllerName, client: defaultClientSettings, sockets: 'own' as const }
  const { delta, snapshot } = translatorFor(settings).apply(changes)

  const problems: string[] = []
  const host = new EnvoyHost({
    envoy: { folder, node: 'default/gw' },
    workers: 1,
    bind: ['127.0.0.1'],
    inPod: true,
    onProblem: (message) => problems.push(message),
    onFailed: () => {},
  })
  t.after(() => host.stop())
  const serving = host.enqueue(() => host.serve(delta, snapshot))
  assert.equal(host.ready, false)
  const first = await startEnvoy(t, folder)
  assert.deepEqual(await serving, [])
  assert.equal(host.ready, true)
  assert.equal(await ask(podPort(port)), '200 here')

  first.kill('SIGKILL')
  await until('not ready without Envoy', () => !host.ready)
  const second = await startEnvoy(t, folder)
  await until('ready again', () => host.ready)
  await until('served again', async () => (await ask(podPort(port))) === '200 here')

  await host.drain(5_000)
  assert.equal(await ask(podPort(port)), 'ECONNREFUSED')
  assert.equal(second.exitCode, null, 'whoever started it ends it')
  assert.deepEqual(problems, [])
})
