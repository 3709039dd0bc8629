import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from '../process.ts'
import { anyHost, type Plan } from '../routes.ts'
import { wireHaproxy } from '../wires/haproxy.ts'
import type { Setup, Subject } from './subject.ts'

export const haproxy: Subject = {
  name: 'HAProxy',
  version: async () => {
    const text = await runProgram('haproxy', ['-v']).catch(() => '')
    return /HAProxy version ([\d.]+)/.exec(text)?.[1]
  },
  prepare: (setup) => {
    const file = path.join(setup.folder, 'haproxy.cfg')
    const map = path.join(setup.folder, 'routes.map')
    const change = (plan: Plan): (() => void) => {
      writeFileSync(`${map}.new`, buildMap(plan))
      writeFileSync(`${file}.new`, buildConfig(setup, plan))
      return () => {
        renameSync(`${map}.new`, map)
        renameSync(`${file}.new`, file)
      }
    }
    change(setup.plan)()
    return { command: 'haproxy', args: ['-W', '-db', '-f', file], change, reload: 'SIGUSR2' }
  },
  wire: wireHaproxy,
}

/** Host and path prefix in one key: HAProxy looks the longest one up in a tree. */
function buildMap({ routes }: Plan): string {
  const named = routes.filter((route) => route.hostname !== anyHost)
  return `${named.flatMap((route) => route.rules.map((rule) => `${route.hostname}${rule.prefix} service-${rule.service}`)).join('\n')}\n`
}

function buildConfig({ folder, port, workers }: Setup, plan: Plan): string {
  const backends = plan.services.map(
    (service, index) => `backend service-${index}
  http-reuse aggressive
  server a 127.0.0.1:${service} pool-max-conn 256
`,
  )
  const any = plan.routes.find((route) => route.hostname === anyHost)?.rules[0]
  const anyRoute = any === undefined ? '' : `  default_backend service-${any.service}\n`
  return `global
  nbthread ${workers}
  maxconn 8000
  stats socket ${folder}/haproxy.sock mode 600 level admin expose-fd listeners
defaults
  mode http
  option forwardfor
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout http-keep-alive 1h
frontend http
  bind 127.0.0.1:${port} backlog 8192
  http-request set-header X-Forwarded-Proto http
  use_backend %[base,map_beg(${folder}/routes.map)]
${anyRoute}${backends.join('')}`
}
