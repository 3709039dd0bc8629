import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Root of the repository. */
export const root = path.resolve(import.meta.dirname, '../..')

let listed: readonly string[] | undefined

/** Every file that is tracked or about to be (ignored ones left out), relative to the root, sorted. */
export function listFiles(): readonly string[] {
  listed ??= execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(root, file)))
    .sort()
  return listed
}

export function readText(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

/** Written by a script, checked in, not meant to be read. */
export function isGenerated(file: string): boolean {
  if (file.split('/').includes('generated')) return true
  return file.endsWith('.ts') && /^\/\/ Generated\b/m.test(readText(file).slice(0, 400))
}

/** `src/ir/route.ts:12: what` for each, under one headline: what a failing house test prints. */
export function report(headline: string, offences: readonly string[]): string {
  return [headline, ...offences.map((offence) => `  ${offence}`)].join('\n')
}
