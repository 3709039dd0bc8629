import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePorts, waitUntilAnswering } from './probe.ts'
import { type Program, start } from './process.ts'

/** The server behind every proxy: nginx with ready answers, on the core of the load generator. */
export interface Backend {
  /** Answers `a`, or the files /large (1 MB) and /huge (1 GB). */
  readonly port: number
  /** The same, but answers `b`: shows that a route was changed. */
  readonly otherPort: number
  readonly program: Program
}

export const largeBytes = 1 << 20

export async function startBackend(folder: string, cores: string): Promise<Backend> {
  const files = path.join(folder, 'files')
  mkdirSync(files, { recursive: true })
  createFile(path.join(files, 'large'), largeBytes)
  createFile(path.join(files, 'huge'), 1 << 30)
  writeFileSync(path.join(files, 'json'), listJson())
  const [port = 0, otherPort = 0] = await freePorts(2)
  const server = (listen: number, answer: string): string => `
  server {
    listen 127.0.0.1:${listen} backlog=8192 reuseport;
    location / { default_type text/plain; return 200 "${answer}"; }
    location ~ /json$ { root /; rewrite ^ ${files}/json break; types { } default_type application/json; }
    location ~ /large$ { root /; rewrite ^ ${files}/large break; }
    location ~ /huge$ { root /; rewrite ^ ${files}/huge break; }
  }`
  const config = path.join(folder, 'backend.conf')
  writeFileSync(
    config,
    // Workers of a master that runs as root would be nobody, and could not read the files.
    `${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; pid ${folder}/backend.pid; error_log stderr crit; worker_processes 1;
events { worker_connections 16000; }
http {
  access_log off; sendfile on; tcp_nopush on; default_type application/octet-stream;
  keepalive_requests 100000000; keepalive_timeout 1h;
  client_body_temp_path ${folder}/backend-body; proxy_temp_path ${folder}/backend-proxy;
  fastcgi_temp_path ${folder}/backend-fastcgi; uwsgi_temp_path ${folder}/backend-uwsgi; scgi_temp_path ${folder}/backend-scgi;
  ${server(port, 'a'.repeat(100))}${server(otherPort, 'b'.repeat(100))}
}
`,
  )
  const program = start(cores, 'nginx', ['-c', config, '-e', 'stderr'], path.join(folder, 'backend.log'))
  await waitUntilAnswering(port, { host: 'x', path: '/' }, 5000)
  return { port, otherPort, program }
}

/** 20 kB, as an API lists things. */
function listJson(): string {
  const items = Array.from({ length: 160 }, (_, i) => ({
    id: i * 7919,
    name: `item ${i}`,
    price: (i * 37) % 1000,
    tags: ['new', `team-${i % 9}`],
    url: `https://shop.test/items/${i}`,
  }))
  return JSON.stringify({ items }).slice(0, 20_000)
}

/** Sparse: no disk is read. */
function createFile(file: string, bytes: number): void {
  const handle = openSync(file, 'w')
  ftruncateSync(handle, bytes)
  closeSync(handle)
}
