import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { infrastructureName } from '../../src/kube/index.ts'
import { freePort } from '../free-port.ts'
import { tieChild } from '../tie-child.ts'
import { type FakeCluster, openFakeCluster, patienceMs, until } from './fake-cluster.ts'

/** A feeding controller and `headgate proxy`, each a process, in front of a cluster in this one. */

export interface SeenReport {
  readonly gateway: string
  readonly version: number
  readonly proxies: number
  readonly isCurrent: boolean
  readonly failed: readonly { readonly listener: string; readonly why: string }[]
}

export interface Process {
  readonly child: ChildProcess
  log(): string
  kill(signal: NodeJS.Signals): Promise<void>
}

export interface FeedingController extends Process {
  readonly reports: SeenReport[]
}

export interface ProxyProcess extends Process {
  readonly adminPort: number
  /** Status of /ready; 0: nobody answers. */
  ready(): Promise<number>
  untilReady(): Promise<void>
}

export interface FeedRig {
  readonly cluster: FakeCluster
  controller(): Promise<FeedingController>
  /** @param name of the Gateway in namespace `a` */
  proxy(name: string, folder: string, options?: readonly string[]): Promise<ProxyProcess>
}

export async function openFeedRig(t: TestContext): Promise<FeedRig> {
  const cluster = await openFakeCluster(t)
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-feed-e2e-'))
  const feedPort = await freePort()
  const trustFile = path.join(folder, 'ca.crt')
  const running: Process[] = []
  t.after(async () => {
    for (const one of running) await one.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  const start = (args: readonly string[]): Process & { output(): string } => {
    const child = tieChild(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
    const texts = { log: '', output: '' }
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.log += text
      if (process.env.SHOW_LOG) console.error(text)
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.output += text
    })
    const one = {
      child,
      log: () => texts.log,
      output: () => texts.output,
      async kill(signal: NodeJS.Signals) {
        if (child.exitCode !== null || child.signalCode !== null) return
        child.kill(signal)
        await once(child, 'exit')
      },
    }
    running.push(one)
    return one
  }
  return {
    cluster,
    async controller() {
      const one = start(['test/e2e/feed-controller.ts', cluster.fake.url.href, String(feedPort), trustFile])
      await until(
        () => one.output().includes('\n'),
        () => `no feed: ${one.log()}`,
      )
      return {
        ...one,
        get reports() {
          const lines = one.output().split('\n').slice(1, -1)
          return lines.map((line) => JSON.parse(line) as SeenReport)
        },
      }
    },
    async proxy(name, stateFolder, options = []) {
      const adminPort = await freePort()
      const tokenFile = path.join(folder, `token-${name}`)
      const account = `a:${infrastructureName(name, 'headgate')}`
      if (!existsSync(tokenFile)) writeFileSync(tokenFile, `token of ${account}\n`)
      cluster.fake.tokens.set(`token of ${account}`, account)
      const state = path.join(folder, stateFolder)
      const one = start([
        ...['src/apps/headgate.ts', 'proxy', '--gateway', `a/${name}`, '--feed', `127.0.0.1:${feedPort}`],
        ...['--feed-ca', trustFile, '--feed-token', tokenFile, '--state', state, '--state-key', `${state}.key`],
        ...['--workers', '1', '--admin', `127.0.0.1:${adminPort}`, '--bind', '127.0.0.1', ...options],
      ])
      const ready = async () =>
        fetch(`http://127.0.0.1:${adminPort}/ready`).then(
          ({ status }) => status,
          () => 0,
        )
      return {
        ...one,
        adminPort,
        ready,
        async untilReady() {
          for (const until = Date.now() + patienceMs; (await ready()) !== 200; ) {
            if (Date.now() > until) throw new Error(`not ready: ${one.log()}`)
            await new Promise((resolve) => setTimeout(resolve, 10))
          }
        },
      }
    },
  }
}
