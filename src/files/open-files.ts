import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { KubeObject, ObjectKey } from '#api'
import { type FileProblem, problemIdentity } from './file-problem.ts'
import { configMapLink, type FoundFiles, findFiles, isManifestName } from './find-files.ts'
import { type FileContent, type Merged, ObjectMerge } from './merge-documents.ts'
import { type FoundObject, keyOfObject, type ObjectRules } from './read-document.ts'
import { doubtReading, type ReadFile, readFile, readText, signFile } from './read-file.ts'
import { FolderWatches } from './watch-folders.ts'

/** What `openFiles` needs to know. */
export interface FilesOptions {
  /** Files and folders as the user named them; `-` is standard input. */
  readonly paths: readonly string[]
  readonly rules: ObjectRules
  /** Read when `-` is among the paths. */
  readonly stdin?: AsyncIterable<Buffer | string>
  /** Objects that stand as long as no file has one with their kind and name. */
  readonly builtIn?: readonly KubeObject[]
  readonly timing?: Partial<WatchTiming>
}

export interface WatchTiming {
  /** A change is read after the folder was quiet for this long. */
  readonly quietMs: number
  /**
   * A reading that may be half a save is believed after its file was quiet for this long, one of an emptied file and any other
   * at the latest after ten times that.
   */
  readonly settleMs: number
  /** A look at everything, for file systems that report nothing. */
  readonly lookMs: number
}

const defaultTiming: WatchTiming = { quietMs: 3, settleMs: 100, lookMs: 10_000 }

/** What the files say now, and what is different from before. */
export interface LoadResult extends Merged {
  /** Problems that were not there before; `problems` has all that stand. */
  readonly appeared: readonly FileProblem[]
  readonly mended: readonly FileProblem[]
  readonly files: readonly string[]
}

/** A folder of manifests as a source of objects. */
export interface FilesSource {
  /** Reads everything. All objects are in one batch of changes. */
  load(): Promise<LoadResult>
  /** Reports each change of the files from now on, each reload as one batch. Call it after `load`. */
  watch(onChange: (result: LoadResult) => void): Disposable
  /** Where a field of a live object stands; nothing for built-in objects. */
  locate(key: ObjectKey, path: string): Pick<FileProblem, 'file' | 'line' | 'column'> | undefined
}

/** Opens files and folders of YAML or JSON as a source of objects. */
export function openFiles(options: FilesOptions): FilesSource {
  const reader = new FolderReader(options)
  return {
    load: () => reader.load(),
    locate: (key, path) => reader.locate(key, path),
    watch: (onChange) => new Watching(reader, { ...defaultTiming, ...options.timing }, onChange),
  }
}

/** What the files held when we last looked, and how to look again. */
class FolderReader {
  readonly #options: FilesOptions
  readonly #roots: readonly string[]
  readonly #merge: ObjectMerge
  #stdin: FileContent | undefined
  #read = new Map<string, ReadFile>()
  #problems = new Map<string, FileProblem>()
  found: FoundFiles = { files: [], folders: [], surroundings: [], linkTargets: [], unreadable: [] }

  constructor(options: FilesOptions) {
    this.#options = options
    this.#roots = [...new Set(options.paths.filter((one) => one !== '-').map(normalize))]
    this.#merge = new ObjectMerge((options.builtIn ?? []).map((object) => builtIn(object, options.rules)))
  }

  async load(): Promise<LoadResult> {
    if (this.#options.paths.includes('-') && this.#options.stdin !== undefined) {
      this.#stdin = readText('<stdin>', await text(this.#options.stdin), this.#options.rules)
    }
    const look = this.lookAtAll(new Set())
    return this.accept(look)
  }

  /** The root that this path names, as the user wrote it. */
  rootOf(file: string): string | undefined {
    return this.#roots.find((root) => path.resolve(root) === path.resolve(file))
  }

  locate(key: ObjectKey, path: string) {
    return this.#merge.locate(key, path)
  }

  isKnown(file: string): boolean {
    return this.#read.has(file)
  }

  /** Looks for files that came or went, and reads those that look different or are said to have changed. */
  lookAtAll(touched: ReadonlySet<string>): Look {
    return this.#lookAround(touched, (file) => this.#read.get(file)?.signature !== signFile(file))
  }

  /** Reads these files only; when one of them is new, its folder is asked for its place among the others. */
  lookAt(files: ReadonlySet<string>): Look {
    const isNew = [...files].some((file) => !this.isKnown(file))
    return isNew ? this.#lookAround(files, (file) => !this.isKnown(file)) : this.#look(this.found, [...files])
  }

  #lookAround(touched: ReadonlySet<string>, isSuspect: (file: string) => boolean): Look {
    const found = findFiles(this.#roots)
    const present = new Set(found.files)
    // What we can't look into has not gone away: a folder that is swapped or not mounted yet keeps what it held.
    const isHidden = (file: string) => found.unreadable.some((one) => isBelow(file, one.path))
    const gone = [...this.#read.keys()].filter((file) => !present.has(file) && !isHidden(file))
    const suspects = found.files.filter((file) => touched.has(file) || isSuspect(file))
    return this.#look(found, [...suspects, ...gone])
  }

  #look(found: FoundFiles, files: readonly string[]): Look {
    const read = new Map<string, ReadFile | undefined>()
    const unfinished = new Map<string, 'half' | 'emptied'>()
    for (const file of files) {
      const before = this.#read.get(file)
      const after = readFile(file, this.#options.rules, before)
      read.set(file, after)
      const doubt = doubtReading(before, after)
      if (doubt !== 'none') unfinished.set(file, doubt)
    }
    return { found, read, unfinished }
  }

  /** Makes what was seen the truth. */
  accept(look: Look): LoadResult {
    this.found = look.found
    for (const [file, after] of look.read) {
      if (after === undefined) this.#read.delete(file)
      else this.#read.set(file, after)
    }
    const contents = this.#contents()
    const merged = this.#merge.merge(contents)
    const standing = [...merged.problems, ...this.#missing()]
    const problems = new Map(standing.map((one) => [problemIdentity(one), one]))
    const appeared = [...problems].filter(([identity]) => !this.#problems.has(identity)).map(([, one]) => one)
    const mended = [...this.#problems].filter(([identity]) => !problems.has(identity)).map(([, one]) => one)
    this.#problems = problems
    return { ...merged, problems: standing, appeared, mended, files: contents.map(({ file }) => file) }
  }

  #contents(): FileContent[] {
    const order = [...new Set([...this.found.files, ...this.#read.keys()])]
    const contents: FileContent[] = order.flatMap((file) => this.#read.get(file) ?? [])
    return this.#stdin === undefined ? contents : [this.#stdin, ...contents]
  }

  #missing(): readonly FileProblem[] {
    return this.found.unreadable.map(({ path: file, why }) => {
      const held = [...this.#read.keys()].some((one) => isBelow(one, file))
      const message = held ? `${why}; what it held stays` : why
      return { file, line: 1, column: 1, reason: 'Unreadable', path: '', message }
    })
  }
}

/** What a look at the files saw, before it is believed. */
interface Look {
  readonly found: FoundFiles
  /** Nothing: the file is gone. */
  readonly read: ReadonlyMap<string, ReadFile | undefined>
  readonly unfinished: ReadonlyMap<string, 'half' | 'emptied'>
}

function normalize(root: string): string {
  const normal = path.normalize(root)
  return normal.length > 1 && normal.endsWith(path.sep) ? normal.slice(0, -1) : normal
}

function isBelow(file: string, folder: string): boolean {
  const way = path.relative(folder, file)
  return way === '' || !(way.startsWith('..') || path.isAbsolute(way))
}

function builtIn(object: KubeObject, rules: ObjectRules): FoundObject {
  return { key: keyOfObject(object, rules), object, path: '' }
}

/** Turns what the system reports into few, well-timed looks. */
class Watching implements Disposable {
  readonly #reader: FolderReader
  readonly #timing: WatchTiming
  readonly #onChange: (result: LoadResult) => void
  readonly #watches = new FolderWatches((folder, name) => this.#onEvent(folder, name))
  readonly #regular: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined
  #timerSince = 0
  /** Files to read, with the time of the last event. */
  #touched = new Map<string, number>()
  #everything = true
  #unbelievedSince = 0

  constructor(reader: FolderReader, timing: WatchTiming, onChange: (result: LoadResult) => void) {
    this.#reader = reader
    this.#timing = timing
    this.#onChange = onChange
    this.#watchFolders()
    this.#regular = setInterval(() => this.#lookSoon(true), timing.lookMs).unref()
    // What changed between loading and watching.
    this.#lookSoon(true)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#regular)
    clearTimeout(this.#timer)
    this.#watches[Symbol.dispose]()
  }

  #watchFolders(): void {
    const { folders, surroundings } = this.#reader.found
    this.#watches.update([...folders, ...surroundings])
  }

  #onEvent(folder: string, name: string | null): void {
    const scope = this.#judge(folder, name)
    if (scope !== 'nothing') this.#lookSoon(scope === 'everything')
  }

  /** What an event asks us to look at. */
  #judge(folder: string, name: string | null): 'everything' | 'file' | 'nothing' {
    if (name === null || name === configMapLink) return 'everything'
    const file = path.join(folder, name)
    const root = this.#reader.rootOf(file)
    if (root !== undefined) {
      this.#touched.set(root, performance.now())
      return 'everything'
    }
    const inside = this.#reader.found.folders.includes(folder)
    if (this.#reader.isKnown(file) || (inside && isManifestName(name))) {
      this.#touched.set(file, performance.now())
      return 'file'
    }
    if (/^[.#]|[~#]$/.test(name)) return 'nothing'
    // Inside, a name may be a folder that came or went; of our surroundings, only the targets of links matter.
    return inside || this.#reader.found.linkTargets.includes(file) ? 'everything' : 'nothing'
  }

  /** Waits for a quiet moment, but not for ever. */
  #lookSoon(everything: boolean): void {
    this.#everything ||= everything
    const now = performance.now()
    if (this.#timer === undefined) this.#timerSince = now
    else if (now - this.#timerSince > 5 * this.#timing.quietMs) return
    this.#lookIn(this.#timing.quietMs)
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#look()
    }, ms)
  }

  #look(): void {
    const touched = new Set(this.#touched.keys())
    const look = this.#everything ? this.#reader.lookAtAll(touched) : this.#reader.lookAt(touched)
    const now = performance.now()
    if (!this.#believe(look, now)) {
      this.#lookIn(2 * this.#timing.quietMs)
      return
    }
    this.#touched = new Map()
    this.#everything = false
    this.#unbelievedSince = 0
    const folders = this.#reader.found
    const result = this.#reader.accept(look)
    if (this.#reader.found !== folders) this.#watchFolders()
    if (result.changes.length + result.appeared.length + result.mended.length > 0) this.#onChange(result)
  }

  /** Half a save must never take an object away: what looks like one is looked at again when its file is quiet. */
  #believe(look: Look, now: number): boolean {
    if (look.unfinished.size === 0) return true
    if (this.#unbelievedSince === 0) this.#unbelievedSince = now
    // A file without an event of its own (a whole folder came or went) counts as touched now.
    for (const file of look.unfinished.keys()) if (!this.#touched.has(file)) this.#touched.set(file, now)
    const { settleMs } = this.#timing
    const patience = { half: settleMs, emptied: 10 * settleMs }
    const quiet = [...look.unfinished].every(([file, doubt]) => now - this.#touched.get(file)! >= patience[doubt])
    return quiet || now - this.#unbelievedSince > 10 * settleMs
  }
}
