import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from '../process.ts'
import { anyHost, type BenchRoute, type Plan } from '../routes.ts'
import { wireNginx } from '../wires/nginx.ts'
import type { Setup, Subject } from './subject.ts'

export const nginx: Subject = {
  name: 'nginx',
  version: async () => {
    const text = await runProgram('nginx', ['-v']).catch(() => '')
    return /nginx\/([\d.]+)/.exec(text)?.[1]
  },
  prepare: (setup) => {
    const file = path.join(setup.folder, 'nginx.conf')
    const change = (plan: Plan): (() => void) => {
      writeFileSync(`${file}.new`, buildConfig(setup, plan))
      return () => renameSync(`${file}.new`, file)
    }
    change(setup.plan)()
    return { command: 'nginx', args: ['-c', file, '-e', 'stderr'], change, reload: 'SIGHUP' }
  },
  wire: wireNginx,
}

function buildConfig({ folder, port, workers }: Setup, plan: Plan): string {
  const upstreams = plan.services.map(
    (service, index) => `  upstream service-${index} {
    server 127.0.0.1:${service}; keepalive 256; keepalive_requests 100000000; keepalive_timeout 1h;
  }`,
  )
  const servers = [...groupByHost(plan.routes)].map(([host, routes]) => {
    const locations = routes.flatMap((route) =>
      route.rules.map((rule) => `    location ${rule.prefix} { proxy_pass http://service-${rule.service}; }`),
    )
    return `  server {\n    listen 127.0.0.1:${port};\n    server_name ${host === anyHost ? '~.' : host};\n${locations.join('\n')}\n  }`
  })
  const user = process.getuid?.() === 0 ? 'user root; ' : ''
  return `${user}daemon off; pid ${folder}/nginx.pid; error_log stderr crit; worker_processes ${workers};
events { worker_connections 16000; multi_accept on; }
http {
  access_log off; server_tokens off; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 1h;
  server_names_hash_max_size 32768; server_names_hash_bucket_size 128;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; proxy_max_temp_file_size 0;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header Connection "";
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
${upstreams.join('\n')}
  server { listen 127.0.0.1:${port} default_server backlog=8192 reuseport; return 404; }
${servers.join('\n')}
}
`
}

/** Routes of one hostname are one server. */
export function groupByHost(routes: readonly BenchRoute[]): Map<string, BenchRoute[]> {
  const groups = new Map<string, BenchRoute[]>()
  for (const route of routes) {
    const group = groups.get(route.hostname)
    if (group === undefined) groups.set(route.hostname, [route])
    else group.push(route)
  }
  return groups
}
