import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '../free-port.ts'
import { tieChild } from '../tie-child.ts'

export { freePort } from '../free-port.ts'

/** The whole program as a user runs it, on a folder of its own. */
export interface HeadgateProcess {
  readonly pid: number
  readonly folder: string
  /** Of the Gateway's listener `http`. */
  readonly port: number
  readonly adminPort: number
  /** Everything written to standard error so far. */
  log(): string
  /** Standard output so far: the access log. */
  output(): string
  /** In one step, as careful programs save. */
  write(file: string, text: string): void
  /** Waits until every worker serves what one of them has been seen to serve. */
  served(): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>
  /** Waits until the log says so. */
  logged(pattern: RegExp): Promise<void>
  stop(): Promise<void>
}

/** A Gateway with the listener `http` on `port`. */
export function gatewayYaml(port: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: headgate
  listeners: [{ name: http, port: ${port}, protocol: HTTP }]
`
}

/** A Service `name` whose endpoints are ports of this machine. */
export function serviceYaml(name: string, ...ports: readonly number[]): string {
  const slices = ports.map(
    (port, i) => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-${i}, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: http, port: ${port} }]
endpoints: [{ addresses: [127.0.0.1], conditions: { ready: true } }]
`,
  )
  return `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ports: [{ name: http, port: 80 }] }
${slices.join('')}`
}

export function routeYaml(name: string, backend: string, more = ''): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name} }
spec:
  parentRefs: [{ name: gw }]
${more}
  rules: [{ backendRefs: [{ name: ${backend}, port: 80 }] }]
`
}

/** Starts the program and waits until it serves. `files` is made with the port that the Gateway listens on. */
export async function startHeadgate(
  files: (port: number) => Readonly<Record<string, string>>,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<HeadgateProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-e2e-'))
  const port = await freePort()
  const adminPort = await freePort()
  const write = (file: string, text: string) => {
    const draft = path.join(folder, `.${file}`)
    writeFileSync(draft, text)
    renameSync(draft, path.join(folder, file))
  }
  for (const [file, text] of Object.entries(files(port))) write(file, text)
  const program = new URL('../../src/apps/headgate.ts', import.meta.url).pathname
  const words = ['run', '-f', folder, '--bind', '127.0.0.1', '--admin', `127.0.0.1:${adminPort}`, ...options]
  const child: ChildProcess = tieChild(
    spawn(process.execPath, [program, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    }),
  )
  let log = ''
  let output = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  let gone = false
  void exited.then(() => {
    gone = true
  })
  const logged = async (pattern: RegExp) => {
    const until = Date.now() + 60_000
    while (!pattern.test(log)) {
      if (gone || Date.now() > until) throw new Error(`the log never said ${pattern}:\n${log}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const served = async () => {
    const until = Date.now() + 60_000
    for (;;) {
      const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
      if (/^headgate_workers_behind 0$/m.test(metrics)) return
      if (gone || Date.now() > until) throw new Error(`some workers never serve the change:\n${metrics}\n${log}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const headgate: HeadgateProcess = {
    pid: child.pid!,
    folder,
    port,
    adminPort,
    log: () => log,
    output: () => output,
    write,
    served,
    signal: (signal) => child.kill(signal),
    exited,
    logged,
    async stop() {
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await logged(/ready in/)
  } catch (error) {
    await headgate.stop()
    throw error
  }
  return headgate
}
