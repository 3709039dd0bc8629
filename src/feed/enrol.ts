import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { enrolmentChallenge } from './enrolment.ts'
import { type ConnectionOptions, FeedConnection } from './feed-connection.ts'
import { protocolVersion } from './messages.ts'
import { identityOf } from './proxy-identity.ts'

/** Our certificate and what goes with it. The key stays in memory: a proxy that starts again enrols again. */
export interface Enrolled {
  /** Whose proxy we are, as the controller says. */
  readonly gateway: string | undefined
  readonly certificate: string
  readonly privateKey: string
  /** PEM bundle: who may be the controller from now on. */
  readonly trust: string
  /** Milliseconds since 1970: when to ask for the next one. */
  readonly renewAt: number
  readonly expiresAt: number
}

const answerMs = 60_000

/** Asks for a certificate with the token of our ServiceAccount. */
export async function enrol(
  options: Omit<ConnectionOptions, 'identity'>,
  token: string,
  proxy: string,
): Promise<Enrolled> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const connection = await FeedConnection.open(options)
  try {
    connection.send({
      kind: 'enrol',
      protocol: protocolVersion,
      proxy,
      token,
      publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      proof: sign('sha256', enrolmentChallenge(connection.socket), privateKey).toString('base64'),
    })
    const answer = await connection.next(answerMs)
    if (answer.kind !== 'enrolled') throw new Error(`the controller answered with ${answer.kind}`)
    const leaf = new X509Certificate(answer.certificate)
    const expiresAt = Date.parse(leaf.validTo)
    const { certificate, trust } = answer
    return {
      gateway: identityOf(leaf)?.gateway,
      certificate,
      trust,
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      expiresAt,
      // At two thirds of its life, and not all proxies at once.
      renewAt: Date.now() + (expiresAt - Date.now()) * (0.6 + 0.1 * Math.random()),
    }
  } finally {
    connection.close()
  }
}
