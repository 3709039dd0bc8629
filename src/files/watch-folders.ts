import { type FSWatcher, statSync, watch } from 'node:fs'

/**
 * One watch per folder: that is cheap, the same on every platform, and reports every save in it (a watch on a file dies
 * with the file when an editor renames a new one over it).
 */
export class FolderWatches implements Disposable {
  readonly #onEvent: (folder: string, name: string | null) => void
  readonly #watches = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>()

  constructor(onEvent: (folder: string, name: string | null) => void) {
    this.#onEvent = onEvent
  }

  /** Makes these the watched folders. A folder that was deleted and made again, or swapped, is watched anew. */
  update(folders: Iterable<string>): void {
    const wanted = new Set(folders)
    for (const [folder, { identity }] of this.#watches) {
      if (!wanted.has(folder) || identify(folder) !== identity) this.#close(folder)
    }
    for (const folder of wanted) if (!this.#watches.has(folder)) this.#open(folder)
  }

  #open(folder: string): void {
    const identity = identify(folder)
    if (identity === '') return
    try {
      const watcher = watch(folder, (_event, name) => this.#onEvent(folder, name))
      watcher.on('error', () => {
        this.#close(folder)
        this.#onEvent(folder, null)
      })
      this.#watches.set(folder, { watcher, identity })
    } catch {
      // No watch to be had (limit of the system, folder just gone): the regular look at all files finds the changes.
    }
  }

  #close(folder: string): void {
    this.#watches.get(folder)?.watcher.close()
    this.#watches.delete(folder)
  }

  [Symbol.dispose](): void {
    for (const folder of [...this.#watches.keys()]) this.#close(folder)
  }
}

function identify(folder: string): string {
  try {
    const stats = statSync(folder)
    return `${stats.dev} ${stats.ino}`
  } catch {
    return ''
  }
}
