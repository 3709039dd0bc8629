import { spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const root = path.resolve(import.meta.dirname, '../../..')
const rig = path.join(root, 'test/cluster/rig')

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command of the rig to its end. */
export function askCluster(args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(rig, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, out, err }))
  })
}

/** The output of kubectl; throws with what it complained about. */
export async function kubectl(args: readonly string[], input = ''): Promise<string> {
  const { code, out, err } = await askCluster(['kubectl', ...args], input)
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${err || out}`)
  return out
}

/** Applies objects as users do; a field that the API server does not know is an error. */
export function apply(yaml: string): Promise<string> {
  return kubectl(['apply', '--server-side', '--force-conflicts', '--validate=strict', '-f', '-'], yaml)
}

/** One object, or nothing when there is none. @param name `kind/name` */
// biome-ignore lint/suspicious/noExplicitAny: objects of any kind, looked into by tests
export async function get(name: string, namespace = 'default'): Promise<any> {
  const { code, out, err } = await askCluster(['kubectl', 'get', name, '-n', namespace, '-o', 'json'])
  if (code === 0) return JSON.parse(out)
  if (err.includes('NotFound')) return undefined
  throw new Error(`get ${namespace}/${name}: ${err}`)
}

/** Of any object's status. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly observedGeneration?: number
}

export function conditionOf(
  status: { readonly conditions?: readonly Condition[] } | undefined,
  type: string,
): Condition | undefined {
  return status?.conditions?.find((one) => one.type === type)
}

/** Asks again until there is an answer; throws, telling what was seen last, when that takes too long. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  seen: () => Promise<string> = async () => '',
  seconds = 90,
): Promise<T> {
  for (const end = Date.now() + seconds * 1_000; ; await sleep(150)) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() < end) return undefined
      throw error
    })
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}\n${await seen()}`)
  }
}

/** One request from inside the cluster's network: `CODE body`, or what curl says. */
export async function curl(url: string, ...options: readonly string[]): Promise<string> {
  const { out, err } = await askCluster(['exec', 'curl', '-sS', '-m', '5', '-w', '\\n%{http_code}', ...options, url])
  if (out.trim() === '' || out.endsWith('000')) return err.trim()
  const lines = out.split('\n')
  return `${lines.at(-1)} ${lines.slice(0, -1).join('\n').trim()}`
}
