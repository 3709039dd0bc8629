import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import './preload.ts'

/** Watches all processes of a run for resources that Envoy refuses: any that no test has asked for makes the run fail. */
export interface RefusalWatch {
  /** Says what was refused though no test has asked for it, and sets the exit code. To be called at the end. */
  judge(): readonly string[]
}

/** Environment of a run's processes; what is not started with ours, such as pods, is given it. */
export function refusalEnvironment(): Readonly<Record<string, string>> {
  const { HEADGATE_TEST_REFUSALS: file, NODE_OPTIONS: options } = process.env
  return file && options ? { HEADGATE_TEST_REFUSALS: file, NODE_OPTIONS: options } : {}
}

/** From now on this process and all that it starts are watched. */
export function watchRefusals(): RefusalWatch {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-refusals-'))
  // Pods are nobody's, and write to it.
  chmodSync(folder, 0o755)
  const file = path.join(folder, 'refusals')
  writeFileSync(file, '')
  chmodSync(file, 0o666)
  const preload = path.join(folder, 'preload.ts')
  copyFileSync(path.join(import.meta.dirname, 'preload.ts'), preload)
  const before = { ...process.env }
  process.env.HEADGATE_TEST_REFUSALS = file
  process.env.NODE_OPTIONS = `${before.NODE_OPTIONS ?? ''} --import=${preload}`.trim()
  return {
    judge() {
      for (const name of ['HEADGATE_TEST_REFUSALS', 'NODE_OPTIONS']) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
      const unasked = unaskedRefusals(readFileSync(file, 'utf8'))
      rmSync(folder, { recursive: true, force: true })
      if (unasked.length === 0) return unasked
      for (const line of unasked) console.error(`Envoy refuses ${line}`)
      console.error(`${unasked.length} refused resources that no test has asked for`)
      process.exitCode = 1
      return unasked
    },
  }
}

/** @param text lines of `preload.ts` and `expectRefusal`, in any order @returns `cluster a: why`, each once */
export function unaskedRefusals(text: string): readonly string[] {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
  const expected = lines.flatMap((line) => ('expected' in line ? [new RegExp(line.expected)] : []))
  const unasked = lines.flatMap((line) => {
    if (!('refused' in line)) return []
    const { kind, name, message } = line.refused
    const resource = `${kind} ${name}`
    return expected.some((pattern) => pattern.test(resource)) ? [] : [`${resource}: ${message.trim()}`]
  })
  return [...new Set(unasked)]
}

type Line =
  | { readonly expected: string }
  | { readonly refused: { readonly kind: string; readonly name: string; readonly message: string } }
