import { connect } from 'node:net'
import type { RecordingBackend } from './recording-backend.ts'

/** A message that nobody may forward: the backend sees nothing, the client an error or a closed connection. */
export interface RefusedCase {
  readonly name: string
  readonly send: string
  /** Statuses that are right; without it, any from 400 on. */
  readonly status?: readonly number[]
  /** The client ends its side after sending. */
  readonly cut?: boolean
}

/** An unusual but valid message: the backend sees exactly these requests, and the client their answers in step. */
export interface PassedCase {
  readonly name: string
  readonly send: string
  readonly sees: readonly Seen[]
}

/** A request as the backend must have seen it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly host?: string
  readonly body?: string
  /** Field lines it must have, and must not have. */
  readonly has?: readonly string[]
  readonly hasNot?: readonly RegExp[]
  readonly trailers?: readonly string[]
}

/** What came back for a case: the statuses, and the backend's word on what it saw. */
export interface Answers {
  readonly statuses: readonly number[]
  readonly bodies: readonly string[]
  readonly closed: boolean
  /** Bytes that are no whole response. */
  readonly rest: string
}

/**
 * Sends raw bytes and gathers answers until the connection closes, or `want` final answers are there (then a moment
 * longer, so that one too many is seen).
 */
export function exchangeRaw(port: number, send: string, want: number, cut = false): Promise<Answers> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    let closed = false
    let timer = setTimeout(finish, 30_000)
    function finish(): void {
      clearTimeout(timer)
      socket.destroy()
      resolve({ ...readAnswers(text), closed })
    }
    socket.on('connect', () => {
      socket.write(send, 'latin1')
      if (cut) socket.end()
    })
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (want === 0 || readAnswers(text).statuses.length < want) return
      clearTimeout(timer)
      timer = setTimeout(finish, 30)
    })
    socket.on('end', () => {
      closed = true
      finish()
    })
    socket.on('error', () => {
      closed = true
      finish()
    })
  })
}

/** Reads responses strictly; informational ones are passed over. */
function readAnswers(text: string): Omit<Answers, 'closed'> {
  const statuses: number[] = []
  const bodies: string[] = []
  let rest = text
  for (;;) {
    const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n:]+: [^\r\n]*\r\n)*)\r\n/.exec(rest)
    if (head === null) return { statuses, bodies, rest }
    const after = rest.slice(head[0].length)
    const status = Number(head[1])
    if (status < 200) {
      rest = after
      continue
    }
    const length = Number(/^content-length: (\d+)\r$/im.exec(head[2]!)?.[1] ?? 0)
    if (after.length < length) return { statuses, bodies, rest }
    statuses.push(status)
    bodies.push(after.slice(0, length))
    rest = after.slice(length)
  }
}

/** What is wrong with how a gateway treated a message that it had to refuse; '' when nothing. */
export async function judgeRefused(port: number, backend: RecordingBackend, it: RefusedCase): Promise<string> {
  backend.clear()
  const answers = await exchangeRaw(port, it.send, 0, it.cut)
  if (backend.ambiguous.length > 0) return `the backend saw ${JSON.stringify(backend.ambiguous[0])}`
  if (backend.seen.length > 0) return `the backend saw ${JSON.stringify(backend.seen)}`
  if (!answers.closed) return 'the connection stayed open'
  if (answers.rest !== '') return `half an answer: ${JSON.stringify(answers.rest)}`
  if (answers.statuses.length > 1) return `answers out of step: ${answers.statuses}`
  const status = answers.statuses[0]
  if (status !== undefined && status < 400) return `answered ${status}`
  if (status !== undefined && it.status !== undefined && !it.status.includes(status)) return `answered ${status}`
  return ''
}

/** What is wrong with how a gateway treated a message that it had to pass; '' when nothing. */
export async function judgePassed(port: number, backend: RecordingBackend, it: PassedCase): Promise<string> {
  backend.clear()
  const answers = await exchangeRaw(port, it.send, it.sees.length)
  if (backend.ambiguous.length > 0) return `the backend saw ${JSON.stringify(backend.ambiguous[0])}`
  if (backend.seen.length !== it.sees.length)
    return `the backend saw ${JSON.stringify(backend.seen)}, ${answers.bodies}`
  for (const [i, want] of it.sees.entries()) {
    const seen = backend.seen[i]!
    if (seen.method !== want.method || seen.path !== want.path) return `the backend saw ${seen.method} ${seen.path}`
    if (want.host !== undefined && seen.host !== want.host) return `the backend saw host ${seen.host}`
    if (want.body !== undefined && seen.body !== want.body) return `the backend saw the body ${seen.body}`
    for (const line of want.has ?? [])
      if (!seen.lines.includes(line)) return `no line ${line} in ${seen.lines.join('|')}`
    for (const line of want.hasNot ?? []) if (seen.lines.some((it) => line.test(it))) return `a line like ${line}`
    if (want.trailers !== undefined && seen.trailers.join() !== want.trailers.join()) return `trailers ${seen.trailers}`
    if (answers.statuses[i] !== 200) return `answered ${answers.statuses}`
    if (answers.bodies[i] !== `saw ${want.method} ${want.path}`) return `answers out of step: ${answers.bodies}`
  }
  return answers.rest === '' && answers.statuses.length === it.sees.length ? '' : 'more answers than requests'
}
