import { spawn } from 'node:child_process'

/**
 * Ends a process when we are gone, however we went: one left alone would go on listening, with an old configuration, beside
 * the next. A shell waits for the end of a pipe that only we hold.
 */
export function watchOver(pid: number): Disposable {
  const script = 'while read -r _; do :; done; kill -TERM "$1"'
  const shell = spawn('sh', ['-c', script, 'watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A Ctrl-C is ours to handle.
    detached: true,
  })
  shell.on('error', () => {})
  shell.stdin.on('error', () => {})
  shell.unref()
  return {
    [Symbol.dispose]() {
      // First: the number may soon be another's.
      shell.kill('SIGKILL')
      shell.stdin.destroy()
    },
  }
}
