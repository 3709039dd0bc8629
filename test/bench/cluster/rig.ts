import { spawn } from 'node:child_process'
import path from 'node:path'

/** A rig of our own beside others: runs one of its commands to the end, and rejects when that fails. */
export function rigIn(root: string, folder: string, namespace: string): (args: readonly string[]) => Promise<void> {
  const env = { ...process.env, RIG_DIR: path.join(folder, 'rig'), RIG_NS: namespace }
  return (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(path.join(root, 'test/cluster/rig'), args, { cwd: root, env, stdio: ['ignore', 2, 2] })
      child.once('error', reject)
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`rig ${args[0]} failed`))))
    })
}
