import type { ChildProcess } from 'node:child_process'

const tied = new Set<ChildProcess>()

/** A process that a test has started ends with the test's, however that ends: one that stays would hold up the whole run. */
export function tieChild<C extends ChildProcess>(child: C): C {
  if (tied.size === 0) process.once('exit', endAll)
  tied.add(child)
  return child
}

function endAll(): void {
  for (const child of tied) child.kill('SIGKILL')
}
