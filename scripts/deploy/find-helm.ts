import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** The Helm that the chart is rendered and tried with. */
const helmVersion = 'v3.22.0'

/** The path of a helm program: built from its Go module once, and kept beside the binaries of test/cluster. */
export function findHelm(): string {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache')
  const folder = process.env.RIG_BIN ?? path.join(cache, 'headgate-rig')
  const helm = path.join(folder, `helm-${helmVersion}`)
  if (existsSync(helm)) return helm
  const building = path.join(folder, `building-helm-${process.pid}`)
  mkdirSync(building, { recursive: true })
  console.log(`building helm ${helmVersion} from its Go module: a minute or more`)
  execFileSync('go', ['install', '-p', '2', '-ldflags', '-s -w', `helm.sh/helm/v3/cmd/helm@${helmVersion}`], {
    cwd: building,
    env: { ...process.env, GOBIN: building, CGO_ENABLED: '0', GOFLAGS: '-trimpath', PATH: goPath() },
    stdio: 'inherit',
  })
  renameSync(path.join(building, 'helm'), helm)
  rmSync(building, { recursive: true })
  return helm
}

/** Go's own installer does not put it on the PATH. */
function goPath(): string {
  return `${process.env.PATH ?? ''}:/usr/local/go/bin`
}
