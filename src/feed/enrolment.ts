import { createPublicKey, verify } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

const label = 'EXPORTER-headgate-feed-enrolment'

/** Both ends of one connection have the same, and nobody else does (RFC 8446 7.5): signing it can't be replayed elsewhere. */
export function enrolmentChallenge(socket: TLSSocket): Buffer {
  return socket.exportKeyingMaterial(32, label, Buffer.alloc(0))
}

/** @returns the key in DER, when it is of the kind we sign for and the proof was made with its private half */
export function provenKey(publicKey: string, proof: string, challenge: Buffer): Buffer | undefined {
  try {
    const der = Buffer.from(publicKey, 'base64')
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined
    return verify('sha256', challenge, key, Buffer.from(proof, 'base64')) ? der : undefined
  } catch {
    return undefined
  }
}
