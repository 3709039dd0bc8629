import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from './process.ts'
import type { Target } from './routes.ts'

export interface Load {
  readonly port: number
  readonly targets: readonly Target[]
  readonly connections: number
  readonly seconds: number
  /** Core of the load generator. */
  readonly cores: string
  /** Pause of each connection between two requests; 0: as fast as it goes. */
  readonly pauseMs?: number
  /** Of each request. */
  readonly headers?: Readonly<Record<string, string>>
  readonly folder: string
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly bytes: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Answers that are no 2xx or 3xx, and broken connections. */
  readonly failed: number
}

let scripts = 0

/** Runs wrk; requests are written once, before the clock starts, and taken in turn. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const fields = Object.entries(load.headers ?? {}).map(([name, value]) => `${name}: ${value}\\r\\n`)
  const requests = load.targets.map(
    ({ host, path }) => `  "GET ${path} HTTP/1.1\\r\\nHost: ${host}\\r\\n${fields.join('')}\\r\\n",`,
  )
  const script = path.join(load.folder, `load-${scripts++}.lua`)
  writeFileSync(
    script,
    `local requests = {
${requests.join('\n')}
}
local count, next = #requests, 0
function request()
  next = next % count + 1
  return requests[next]
end
${load.pauseMs === undefined ? '' : `function delay() return ${load.pauseMs} end`}
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"micros":%d,"bytes":%d,"p50":%d,"p99":%d,"status":%d,"broken":%d}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
`,
  )
  const url = `http://127.0.0.1:${load.port}/`
  const flags = ['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '10s', '-s', script, url]
  const text = await runProgram('taskset', ['-c', load.cores, 'wrk', ...flags])
  const found = /^RESULT (.*)$/m.exec(text)?.[1]
  if (found === undefined) throw new Error(`wrk told no result: ${text}`)
  const { requests: count, micros, bytes, p50, p99, status, broken } = JSON.parse(found) as Record<string, number>
  return {
    requests: count!,
    seconds: micros! / 1e6,
    bytes: bytes!,
    p50Ms: p50! / 1000,
    p99Ms: p99! / 1000,
    failed: status! + broken!,
  }
}
