import { cpSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * The files that `docker build` would see: .dockerignore's last pattern that fits a file, or a folder that it is in, decides.
 * @param root of the repository
 */
export function listContext(root: string): readonly string[] {
  const patterns = readFileSync(path.join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), glob: line.replace(/^!/, '') }))
  // Everything is ignored but what is named: only that needs a look.
  const named = patterns.filter(({ keeps }) => keeps).map(({ glob }) => glob)
  const files = globSync(
    named.flatMap((one) => [one, `${one}/**/*`]),
    { cwd: root, withFileTypes: true },
  )
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
  return [...new Set(files)].filter((file) => patterns.findLast(({ glob }) => fits(file, glob))?.keeps ?? true).sort()
}

function fits(file: string, glob: string): boolean {
  const parts = file.split('/')
  return parts.some((_, index) => path.matchesGlob(parts.slice(0, index + 1).join('/'), glob))
}

export function copyContext(root: string, folder: string): void {
  for (const file of listContext(root)) cpSync(path.join(root, file), path.join(folder, file), { recursive: true })
}
