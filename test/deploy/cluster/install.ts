import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { playDockerfile } from '../image/play-dockerfile.ts'
import { apply, askCluster, kubectl, root, until } from './kubectl.ts'

export const system = 'headgate-system'
export const rigFolder = process.env.RIG_DIR ?? path.join(tmpdir(), 'gwrig')

/** Makes the image that the Pods of the chart run known to the cluster. */
export function provideImage(): void {
  const { root: folder, command, user } = playDockerfile(root, path.join(rigFolder, 'image'))
  const file = path.join(rigFolder, 'run/images.json')
  const images: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const headgate = { root: folder, command, user }
  writeFileSync(file, JSON.stringify({ ...(images as object), headgate }))
}

export function hasImage(): boolean {
  return existsSync(path.join(rigFolder, 'image/stage-1/app/dist/headgate.js'))
}

/** Installs the plain YAML and waits until both replicas are ready. */
export async function installPlain(): Promise<void> {
  await apply(readFileSync(path.join(root, 'deploy/headgate.yaml'), 'utf8'))
  await awaitRollout()
}

/** Until every replica of the controller is of the newest template and ready. */
export function awaitRollout(): Promise<true> {
  return until(
    'the controller',
    async () => {
      const ended = await askCluster([
        'kubectl',
        'rollout',
        'status',
        '-n',
        system,
        'deployment/headgate',
        '--timeout=2s',
      ])
      return ended.code === 0
    },
    controllerLogs,
  )
}

/** What to show when something does not come up. */
export async function controllerLogs(): Promise<string> {
  const pods = await kubectl(['get', 'pods', '-A', '-o', 'wide']).catch(String)
  const logs = await kubectl(['logs', '-n', system, '-l', 'app.kubernetes.io/component=controller', '--tail=25']).catch(
    String,
  )
  return `${pods}\n${logs}`
}
