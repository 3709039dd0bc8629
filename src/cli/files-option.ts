import type { OptionSpec, Options } from './command.ts'
import { UsageError } from './errors.ts'
import { defaultControllerName } from './run-options.ts'

export const fileOption: OptionSpec = {
  name: 'file',
  short: 'f',
  value: 'PATH',
  repeatable: true,
  help: 'a file or folder of YAML or JSON; - reads standard input',
}

export const controllerNameOption: OptionSpec = {
  name: 'controller-name',
  value: 'NAME',
  help: 'act for the GatewayClasses that have this controllerName',
  fallback: defaultControllerName,
}

/** The files and folders a command works on. */
export function parsePaths(options: Options): readonly string[] {
  const paths = options.all('file')
  if (paths.length === 0) throw new UsageError('which files? give them with -f, such as -f examples/quickstart')
  return paths
}

/** Gateway API's GatewayController: `example.com/name`. */
export function parseControllerName(options: Options): string {
  const name = options.one('controller-name') ?? defaultControllerName
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(name)) {
    throw new UsageError(`--controller-name ${name}: it must be a domain and a path, such as ${defaultControllerName}`)
  }
  return name
}
