import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { KubeError } from './kube-error.ts'

/** What a request shows the API server. */
export interface Credentials {
  readonly token?: string
  readonly cert?: string
  readonly key?: string
}

/** Credentials that have to be fetched, and fetched again. */
export interface CredentialSource {
  get(): Promise<Credentials>
  /** The API server did not take them: the next ones are fresh. */
  refuse(credentials: Credentials): void
}

/** The `exec` of a user in a kubeconfig: a program that logs in, as those of EKS, GKE and AKS do. */
export interface ExecConfig {
  readonly user: string
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always'
  readonly installHint?: string
  /** Told to the program when it asks for it (provideClusterInfo). */
  readonly cluster?: object
}

interface ExecCredential {
  readonly apiVersion?: string
  readonly kind?: string
  readonly status?: {
    readonly token?: string
    readonly clientCertificateData?: string
    readonly clientKeyData?: string
    readonly expirationTimestamp?: string
  }
}

export const execApiVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']

/** Credentials end a little before their time: a request is on its way for a while. */
const marginMs = 5_000
/** Nobody is there to type: a program that waits all the same must not hold us for ever. */
const silentTimeoutMs = 60_000

/** Runs the program when credentials are needed, and keeps what it prints until it expires or is refused. */
export class ExecCredentials implements CredentialSource {
  readonly #config: ExecConfig
  #held: { readonly credentials: Credentials; readonly expiresAt: number } | undefined
  #fetching: Promise<Credentials> | undefined

  constructor(config: ExecConfig) {
    this.#config = config
  }

  async get(): Promise<Credentials> {
    if (this.#held && Date.now() < this.#held.expiresAt - marginMs) return this.#held.credentials
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  refuse(credentials: Credentials): void {
    if (this.#held?.credentials === credentials) this.#held = undefined
  }

  async #fetch(): Promise<Credentials> {
    const { status } = this.#read(await this.#run())
    const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status ?? {}
    if (!token && !(cert && key)) throw this.#failed('printed neither a token nor a certificate with its key')
    const expiresAt = expirationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(expirationTimestamp)
    const credentials = { ...(token && { token }), ...(cert && key && { cert, key }) }
    this.#held = { credentials, expiresAt }
    return credentials
  }

  async #run(): Promise<string> {
    const { command, args, env, apiVersion, cluster, interactiveMode } = this.#config
    const interactive = interactiveMode !== 'Never' && process.stdin.isTTY === true
    if (interactiveMode === 'Always' && !interactive) throw this.#failed('wants to ask something, and nobody is there')
    const info = { apiVersion, kind: 'ExecCredential', spec: { interactive, ...(cluster && { cluster }) } }
    const child = spawn(command, args, {
      // It finds its own settings (AWS_PROFILE, HOME) where the user has them.
      env: { ...process.env, ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
      ...(!interactive && { timeout: silentTimeoutMs }),
    })
    const ended = new Promise<string | undefined>((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) => reject(this.#missing(error)))
      child.on('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${code ?? signal}`))
    })
    const [output, failure] = await Promise.all([text(child.stdout!).catch(() => ''), ended])
    if (failure !== undefined) throw this.#failed(failure)
    return output
  }

  #read(output: string): ExecCredential {
    let credential: ExecCredential
    try {
      credential = JSON.parse(output) as ExecCredential
    } catch {
      throw this.#failed('printed no JSON')
    }
    if (credential.kind !== 'ExecCredential' || credential.apiVersion !== this.#config.apiVersion)
      throw this.#failed(
        `printed ${credential.kind} of ${credential.apiVersion}, not ExecCredential of ${this.#config.apiVersion}`,
      )
    return credential
  }

  #missing({ code, message }: NodeJS.ErrnoException): KubeError {
    const { installHint } = this.#config
    return this.#failed(code === 'ENOENT' ? `is not installed${installHint ? `: ${installHint.trim()}` : ''}` : message)
  }

  #failed(why: string): KubeError {
    const { user, command } = this.#config
    const program = path.basename(command)
    return new KubeError(0, 'NoCredentials', `user ${user}: ${program}, which fetches the credentials, ${why}`)
  }
}
