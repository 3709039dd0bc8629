import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** A program of others that comes as a Go module. */
export interface GoTool {
  readonly name: string
  readonly package: string
  readonly version: string
}

/** What the chart is rendered and tried with. */
export const helm: GoTool = { name: 'helm', package: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0' }

/** The Lua that Argo CD runs health checks with. */
export const lua: GoTool = { name: 'glua', package: 'github.com/yuin/gopher-lua/cmd/glua', version: 'v1.1.2' }

/** The path of the program: built once, and kept beside the binaries of test/cluster. */
export function findTool(tool: GoTool): string {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache')
  const folder = process.env.RIG_BIN ?? path.join(cache, 'headgate-rig')
  const program = path.join(folder, `${tool.name}-${tool.version}`)
  if (existsSync(program)) return program
  const building = path.join(folder, `building-${tool.name}-${process.pid}`)
  mkdirSync(building, { recursive: true })
  console.log(`building ${tool.name} ${tool.version} from its Go module`)
  execFileSync('go', ['install', '-p', '2', '-ldflags', '-s -w', `${tool.package}@${tool.version}`], {
    cwd: building,
    // Go's own installer does not put it on the PATH.
    env: {
      ...process.env,
      GOBIN: building,
      CGO_ENABLED: '0',
      GOFLAGS: '-trimpath',
      PATH: `${process.env.PATH ?? ''}:/usr/local/go/bin`,
    },
    stdio: 'inherit',
  })
  renameSync(path.join(building, tool.name), program)
  rmSync(building, { recursive: true })
  return program
}
