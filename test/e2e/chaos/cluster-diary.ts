import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { RawObject } from '#kube'
import { client } from './pod-cluster.ts'

/** What became of pods and endpoints in a namespace, line by line with the time: so that a failure explains itself. */
export class ClusterDiary {
  readonly #namespace: string
  readonly #stop = new AbortController()
  readonly #lines: { readonly at: number; readonly text: string }[] = []
  readonly #last = new Map<string, string>()

  constructor(namespace: string) {
    this.#namespace = namespace
    this.#follow(`/api/v1/namespaces/${namespace}/pods`, describePod)
    this.#follow(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, describeSlice)
  }

  stop(): void {
    this.#stop.abort()
  }

  /** @param since by `Date.now()`. @returns what changed, then the last words of all who could be at fault */
  explain(since: number): string {
    const changes = this.#lines.filter(({ at }) => at >= since).map(({ at, text }) => `${timeOf(at)} ${text}`)
    return [
      `now ${timeOf(Date.now())}; pods and endpoints as they are:`,
      ...[...this.#last].map(([name, text]) => `  ${name} ${text}`),
      `changes since ${timeOf(since)}:`,
      ...changes.map((line) => `  ${line}`),
      ...lastWords(this.#namespace),
    ].join('\n')
  }

  #follow(collection: string, describe: (object: RawObject) => string): void {
    void client
      .watch({ path: `${collection}?watch=1`, signal: this.#stop.signal }, (event) => {
        const { type, object } = event as { readonly type: string; readonly object: RawObject }
        const name = `${object.kind} ${object.metadata.name}`
        const text = type === 'DELETED' ? 'is gone' : describe(object)
        if (this.#last.get(name) === text) return
        this.#lines.push({ at: Date.now(), text: `${name} ${text}` })
        if (type === 'DELETED') this.#last.delete(name)
        else this.#last.set(name, text)
      })
      .catch((error: Error) => {
        if (!this.#stop.signal.aborted) this.#lines.push({ at: Date.now(), text: `the diary ends: ${error.message}` })
      })
  }
}

export function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}

interface SeenPod {
  readonly phase?: string
  readonly podIP?: string
  readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[]
}

function describePod({ metadata, status }: RawObject): string {
  const { phase, podIP = 'no address', containerStatuses = [] } = (status ?? {}) as SeenPod
  const states = containerStatuses.map(({ ready, restartCount }) => {
    return `${ready ? 'ready' : 'not ready'}${restartCount > 0 ? `, ${restartCount} restarts` : ''}`
  })
  const { deletionTimestamp } = metadata as { readonly deletionTimestamp?: string }
  return [phase, podIP, ...states, ...(deletionTimestamp ? ['is told to end'] : [])].join(' ')
}

interface SeenEndpoint {
  readonly addresses: readonly string[]
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean }
}

function describeSlice({ endpoints }: RawObject & { readonly endpoints?: unknown }): string {
  const texts = ((endpoints ?? []) as readonly SeenEndpoint[]).map(({ addresses: [address], conditions = {} }) => {
    const { ready, serving, terminating } = conditions
    return `${address} ${ready ? 'ready' : terminating && serving ? 'serves its last' : 'not ready'}`
  })
  return texts.sort().join(', ') || 'without endpoints'
}

/** Of pods, of who runs them, and of who leads to them: files of the rig. */
function lastWords(namespace: string): readonly string[] {
  const folder = path.resolve(process.env.KUBECONFIG ?? '', '../..')
  const pods = filesIn(path.join(folder, 'logs')).filter((file) => path.basename(file).startsWith(`${namespace}_`))
  const parts = ['fakelet', 'proxy', 'controller-manager', 'apiserver'].map((name) =>
    path.join(folder, 'log', `${name}.log`),
  )
  return [...pods, ...parts].flatMap((file) => {
    const lines = tailOf(file)
    return lines.length === 0 ? [] : [`last words in ${path.basename(file)}:`, ...lines.map((line) => `  ${line}`)]
  })
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name))
  } catch {
    return []
  }
}

function tailOf(file: string, count = 15): readonly string[] {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    return lines.slice(-count).map((line) => line.slice(0, 300))
  } catch {
    return []
  }
}
