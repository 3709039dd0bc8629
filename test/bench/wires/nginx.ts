import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Command, WireSetup } from './wire.ts'

/** Where the package libnginx-mod-stream puts it. */
export const streamModule = '/usr/lib/nginx/modules/ngx_stream_module.so'

/** nginx 1.22 speaks HTTP/2 to backends only when it is gRPC. */
export function wireNginx(setup: WireSetup): Command | undefined {
  const { client, backend } = setup.wire
  const stream = client === 'tcp' || client === 'udp'
  if (backend === 'h2c' || (stream && !existsSync(streamModule))) return undefined
  const file = path.join(setup.folder, 'nginx.conf')
  const user = process.getuid?.() === 0 ? 'user root; ' : ''
  writeFileSync(
    file,
    `${user}daemon off; pid ${setup.folder}/nginx.pid; error_log stderr crit; worker_processes 1;
${stream ? `load_module ${streamModule};\n` : ''}events { worker_connections 16000; multi_accept on; }
${stream ? buildStream(setup) : buildHttp(setup)}`,
  )
  return { command: 'nginx', args: ['-c', file, '-e', 'stderr'] }
}

function buildStream({ port, wire }: WireSetup): string {
  return `stream {
  server {
    listen 127.0.0.1:${port} ${wire.client === 'udp' ? 'udp' : 'backlog=8192'};
    proxy_pass 127.0.0.1:${wire.endpoint};
    proxy_timeout ${wire.client === 'udp' ? '60s' : '1h'};
  }
}
`
}

function buildHttp({ folder, port, wire, certificate }: WireSetup): string {
  const listen = { http1: '', http2: ' http2', https: ' ssl http2', tcp: '', udp: '' }[wire.client]
  const connection = wire.backend === 'websocket' ? 'upgrade' : '""'
  const pass =
    wire.backend === 'grpc'
      ? 'grpc_pass grpc://service; grpc_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'
      : 'proxy_pass http://service;'
  return `http {
  access_log off; server_tokens off; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 1h;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; proxy_max_temp_file_size 0;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  ssl_certificate ${certificate.cert}; ssl_certificate_key ${certificate.key};
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:10m;
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection ${connection};
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_read_timeout 1h;
  upstream service {
    server 127.0.0.1:${wire.endpoint}; keepalive 256; keepalive_requests 100000000; keepalive_timeout 1h;
  }
  server {
    listen 127.0.0.1:${port}${listen} backlog=8192;
    location / { ${pass} }
  }
}
`
}
