import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { type ClusterAccess, tokenFile } from './cluster-access.ts'
import { type ExecConfig, ExecCredentials, execApiVersions } from './exec-credentials.ts'

/** A kubeconfig that does not say how to reach a cluster. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError'
}

type Fields = Readonly<Record<string, unknown>>

interface Config {
  readonly fields: Fields
  /** What relative paths start from. */
  readonly folder: string
}

/**
 * Reads one kubeconfig, or several as if they were one: whoever names something first, wins.
 * @param context the one that is called current, when left out
 */
export function readKubeconfig(files: string | readonly string[], context?: string): ClusterAccess {
  const configs = [files].flat().map((file) => readConfig(() => readFileSync(file, 'utf8'), file))
  return chooseAccess(configs, context)
}

/** @param folder what relative paths start from */
export function parseKubeconfig(text: string, folder: string, context?: string): ClusterAccess {
  return chooseAccess([{ fields: parse(text) as Fields, folder }], context)
}

function readConfig(read: () => string, file: string): Config {
  try {
    const fields = parse(read()) as unknown
    if (typeof fields !== 'object' || fields === null) throw new Error('it has no fields')
    return { fields: fields as Fields, folder: path.dirname(file) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new KubeconfigError(`kubeconfig ${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`)
  }
}

function chooseAccess(configs: readonly Config[], wanted: string | undefined): ClusterAccess {
  const name = wanted ?? configs.map(({ fields }) => fields['current-context']).find((one) => one)
  if (name === undefined) {
    throw new KubeconfigError(`kubeconfig: no context is current; ${known(configs, 'context', '--context')}`)
  }
  const { cluster, user, namespace } = named(configs, 'context', name).fields
  const clusterConfig = named(configs, 'cluster', cluster)
  const userConfig = user === undefined || user === '' ? { fields: {}, folder: '' } : named(configs, 'user', user)
  const ca = readData(clusterConfig, 'certificate-authority')
  const cert = readData(userConfig, 'client-certificate')
  const key = readData(userConfig, 'client-key')
  const token = tokenOf(userConfig)
  const credentials = execOf(String(user), userConfig, clusterConfig)
  const serverName = clusterConfig.fields['tls-server-name']
  return {
    server: serverOf(clusterConfig.fields, cluster),
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : 'default',
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(token && { token }),
    ...(credentials && { credentials }),
    ...(typeof serverName === 'string' && { serverName }),
    ...(clusterConfig.fields['insecure-skip-tls-verify'] === true && { insecure: true }),
  }
}

type Part = 'context' | 'cluster' | 'user'

function named(configs: readonly Config[], part: Part, name: unknown): Config {
  for (const { fields, folder } of configs) {
    const found = entriesOf(fields, part).find((entry) => entry.name === name)
    if (found) return { fields: (found[part] ?? {}) as Fields, folder }
  }
  throw new KubeconfigError(`kubeconfig: no ${part} is called ${name}; ${known(configs, part)}`)
}

function known(configs: readonly Config[], part: Part, option?: string): string {
  const names = [...new Set(configs.flatMap(({ fields }) => entriesOf(fields, part).map(({ name }) => String(name))))]
  if (names.length === 0) return `there is no ${part} at all`
  return option === undefined ? `there are ${names.join(', ')}` : `name one with ${option}: ${names.join(', ')}`
}

function entriesOf(fields: Fields, part: Part): readonly Fields[] {
  const entries = fields[`${part}s`]
  return Array.isArray(entries) ? (entries as Fields[]) : []
}

function serverOf({ server }: Fields, cluster: unknown): URL {
  const url = URL.parse(String(server))
  if (!url) throw new KubeconfigError(`kubeconfig: cluster ${cluster}: server ${server} is no URL`)
  return url
}

function readData({ fields, folder }: Config, field: string): Buffer | undefined {
  const data = fields[`${field}-data`]
  if (typeof data === 'string') return Buffer.from(data, 'base64')
  const written = fields[field]
  if (typeof written !== 'string') return undefined
  const file = path.resolve(folder, written)
  try {
    return readFileSync(file)
  } catch (error) {
    throw new KubeconfigError(`kubeconfig: ${field} ${file}: ${(error as Error).message}`)
  }
}

function tokenOf({ fields: { token, tokenFile: file }, folder }: Config): (() => string) | undefined {
  if (typeof file === 'string') return tokenFile(path.resolve(folder, file))
  return typeof token === 'string' ? () => token : undefined
}

function execOf(user: string, { fields, folder }: Config, cluster: Config): ExecCredentials | undefined {
  if (fields['auth-provider'])
    throw new KubeconfigError(
      `kubeconfig: user ${user}: auth-provider is a way to log in that kubectl has given up too; use exec or a token`,
    )
  if (!fields.exec) return undefined
  const { apiVersion, command, args, env, interactiveMode, installHint, provideClusterInfo } = fields.exec as Fields
  if (typeof apiVersion !== 'string' || !execApiVersions.includes(apiVersion))
    throw new KubeconfigError(
      `kubeconfig: user ${user}: exec has apiVersion ${apiVersion}; it must be ${execApiVersions.join(' or ')}`,
    )
  if (typeof command !== 'string' || command === '')
    throw new KubeconfigError(`kubeconfig: user ${user}: exec has no command`)
  const variables = (Array.isArray(env) ? env : []) as readonly { readonly name: string; readonly value: string }[]
  const config: ExecConfig = {
    user,
    apiVersion,
    // A bare name is looked up in PATH; everything with a slash starts from the kubeconfig.
    command: command.includes('/') ? path.resolve(folder, command) : command,
    args: (Array.isArray(args) ? args : []).map(String),
    env: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    interactiveMode: interactiveMode === 'Never' || interactiveMode === 'Always' ? interactiveMode : 'IfAvailable',
    ...(typeof installHint === 'string' && { installHint }),
    ...(provideClusterInfo === true && { cluster: clusterInfo(cluster) }),
  }
  return new ExecCredentials(config)
}

/** What an ExecCredential says of the cluster (client-go, ExecCredentialSpec.cluster). */
function clusterInfo(config: Config): object {
  const { server, extensions, ...fields } = config.fields
  const ca = readData(config, 'certificate-authority')?.toString('base64')
  const named = (Array.isArray(extensions) ? extensions : []) as readonly Fields[]
  const own = named.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension
  return {
    server,
    ...(ca !== undefined && { 'certificate-authority-data': ca }),
    ...(fields['tls-server-name'] !== undefined && { 'tls-server-name': fields['tls-server-name'] }),
    ...(fields['insecure-skip-tls-verify'] === true && { 'insecure-skip-tls-verify': true }),
    ...(own !== undefined && { config: own }),
  }
}
