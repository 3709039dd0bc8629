import { readdirSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

/** Names that hold manifests. Hidden files and what editors leave beside a file (`.x.swp`, `x~`, `#x#`, `4913`) do not. */
export function isManifestName(name: string): boolean {
  return /^[^.#].*\.(ya?ml|json)$/i.test(name)
}

/** Kubernetes swaps all files of a mounted ConfigMap by renaming this link. */
export const configMapLink = '..data'

export interface FoundFiles {
  /** Sorted within each root, in the order of the roots, each once. */
  readonly files: readonly string[]
  /** Folders whose entries matter. */
  readonly folders: readonly string[]
  /** Folders in which something that we follow could be replaced: parents of the roots, targets of links. */
  readonly surroundings: readonly string[]
  /** Where the links to files lead in the end. */
  readonly linkTargets: readonly string[]
  /** Roots that are not there, and folders that can't be read. */
  readonly unreadable: readonly { readonly path: string; readonly why: string }[]
}

/** All manifests of the files and folders that the user named; links are followed, each folder is visited once. */
export function findFiles(roots: readonly string[]): FoundFiles {
  const walk = new Walk()
  for (const root of roots) walk.root(root)
  const { files, folders, surroundings, linkTargets, unreadable } = walk
  return { files: [...files], folders: [...folders], surroundings: [...surroundings], linkTargets, unreadable }
}

class Walk {
  readonly files = new Set<string>()
  readonly folders = new Set<string>()
  readonly surroundings = new Set<string>()
  readonly linkTargets: string[] = []
  readonly unreadable: { path: string; why: string }[] = []
  readonly #visited = new Set<string>()

  root(root: string): void {
    this.surroundings.add(path.dirname(path.resolve(root)))
    const kind = kindOf(root)
    if (kind === 'missing') this.unreadable.push({ path: root, why: 'no such file or folder' })
    else if (kind === 'folder') for (const file of this.#folder(root).sort()) this.files.add(file)
    else {
      this.#link(root)
      this.files.add(root)
    }
  }

  #folder(folder: string): string[] {
    const entries = this.#enter(folder)
    if (entries === undefined) return []
    this.folders.add(folder)
    return entries.flatMap((entry) => {
      if (entry.name.startsWith('.')) return []
      const full = path.join(folder, entry.name)
      const kind = entry.isSymbolicLink()
        ? kindOf(full)
        : entry.isDirectory()
          ? 'folder'
          : entry.isFile()
            ? 'file'
            : 'other'
      if (kind === 'folder') return this.#folder(full)
      // Reading a pipe or a device would block.
      if (kind !== 'file' || !isManifestName(entry.name)) return []
      if (entry.isSymbolicLink()) this.#link(full)
      return [full]
    })
  }

  /** A folder may vanish while we look, and a link may lead back to where we were. */
  #enter(folder: string) {
    try {
      const real = realpathSync(folder)
      if (this.#visited.has(real)) return undefined
      this.#visited.add(real)
      return readdirSync(folder, { withFileTypes: true })
    } catch (error) {
      if (!isMissing(error)) this.unreadable.push({ path: folder, why: (error as Error).message })
      return undefined
    }
  }

  #link(file: string): void {
    try {
      const target = realpathSync(file)
      this.linkTargets.push(target)
      this.surroundings.add(path.dirname(target))
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
}

function kindOf(file: string): 'file' | 'folder' | 'missing' | 'other' {
  try {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats === undefined) return 'missing'
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other'
  } catch (error) {
    if (isMissing(error)) return 'missing'
    throw error
  }
}

/** Whether a failed call says that nothing is there. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP'
}
