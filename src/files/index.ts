/** A folder of YAML as a source of Kubernetes objects: reading with positions, and hot reload. */

export { type FileProblem, formatFileProblem } from './file-problem.ts'
export { type FilesOptions, type FilesSource, type LoadResult, openFiles, type WatchTiming } from './open-files.ts'
export { type ObjectRules, readDocument } from './read-document.ts'
