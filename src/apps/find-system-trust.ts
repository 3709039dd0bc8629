import { existsSync } from 'node:fs'
import { usualSystemTrust } from '#envoy'

/** Where distributions keep the authorities that the machine's administrator chose. */
const places = [usualSystemTrust, '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem', '/etc/ssl/cert.pem']

/** The file for an Envoy of this machine; what OpenSSL's variable says goes first, as for every other program. */
export function findSystemTrust(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.SSL_CERT_FILE || (places.find((place) => existsSync(place)) ?? usualSystemTrust)
}
