import { spawn } from 'node:child_process'
import path from 'node:path'
import { root } from './kubectl.ts'
import type { LoadReport } from './load.ts'

/** Does something while requests come in by new connections all the time. @returns what they met */
export async function underLoad(url: string, host: string, act: () => Promise<void>): Promise<LoadReport> {
  const words = ['exec', process.execPath, path.join(import.meta.dirname, 'load.ts'), url, host]
  const child = spawn(path.join(root, 'test/cluster/rig'), words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  const started = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      resolve()
    })
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  await Promise.race([started, ended])
  try {
    await act()
  } finally {
    child.kill('SIGTERM')
    await ended
  }
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as LoadReport
}
