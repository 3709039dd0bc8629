import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from '../process.ts'
import type { Certificate } from './wire.ts'

/** Signed by itself, ECDSA P-256; made once for a run. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const files = {
    cert: path.join(folder, 'tls.crt'),
    key: path.join(folder, 'tls.key'),
    both: path.join(folder, 'tls.pem'),
  }
  if (existsSync(files.both)) return files
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', files.key]
  const name = ['-subj', '/CN=www.example.com', '-addext', 'subjectAltName=DNS:www.example.com,IP:127.0.0.1']
  await runProgram('openssl', ['req', '-x509', '-days', '30', ...key, '-out', files.cert, ...name])
  writeFileSync(files.both, readFileSync(files.cert, 'utf8') + readFileSync(files.key, 'utf8'))
  return files
}
