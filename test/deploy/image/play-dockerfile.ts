import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { copyContext } from './build-context.ts'
import { baseLibraries } from './cc-base.ts'
import { parseDockerfile, parseExec, type Stage } from './parse-dockerfile.ts'

/** What a Pod runs of an image, in the words of test/cluster. */
export interface PlayedImage {
  /** The folder of the last stage. */
  readonly root: string
  readonly command: readonly string[]
  readonly user: string
}

/**
 * Plays the repository's Dockerfile without an engine: every step, in order, in folders of its own. Two things differ from
 * `docker build`: the first stage's base is this machine, seen through an overlay, and the last one's is a folder with the
 * few libraries that its base is known to have. Needs Linux and root.
 * @param root of the repository @param work is emptied first
 */
export function playDockerfile(root: string, work: string): PlayedImage {
  // Never across a mount: a run that was killed must not take more than its own files with it.
  spawnSync('rm', ['-rf', '--one-file-system', work])
  const context = path.join(work, 'context')
  mkdirSync(context, { recursive: true })
  copyContext(root, context)
  const stages = parseDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'))
  const last = stages.length - 1
  const folders = new Map(stages.map(({ name }) => [name, path.join(work, `stage-${name}`)]))
  const script = stages.map((stage, index) => playStage(stage, folders, context, index === last)).join('\n')
  const file = path.join(work, 'play.sh')
  writeFileSync(file, `set -euo pipefail\n${script}\n`)
  // Mounts end with the namespace, however it ends.
  const { status } = spawnSync('unshare', ['--mount', '--propagation', 'private', 'bash', file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) throw new Error(`the Dockerfile's steps failed; they are in ${file}`)
  for (const { name } of stages.slice(0, -1)) {
    rmSync(path.join(work, `upper-${name}`), { recursive: true, force: true })
    rmSync(path.join(work, `work-${name}`), { recursive: true, force: true })
  }
  return describe(stages[last]!, folders.get(stages[last]!.name)!)
}

function playStage(stage: Stage, folders: ReadonlyMap<string, string>, context: string, isLast: boolean): string {
  const at = folders.get(stage.name)!
  const lines = [`mkdir -p ${at}`, ...(isLast ? copyBase(at) : mountMachine(at, stage.name))]
  let workdir = '/'
  for (const { name, words } of stage.instructions) {
    switch (name) {
      case 'WORKDIR':
        workdir = words
        lines.push(`mkdir -p ${at}${workdir}`)
        break
      case 'COPY':
        lines.push(copy(words, at, workdir, folders, context))
        break
      case 'RUN':
        lines.push(`echo ${quote(`RUN ${words}`)}`, `chroot ${at} /bin/sh -c ${quote(`cd ${workdir} && ${words}`)}`)
        break
      case 'USER':
      case 'ENTRYPOINT':
      case 'CMD':
        break
      default:
        throw new Error(`Dockerfile: ${name} is not played here`)
    }
  }
  return lines.join('\n')
}

function copy(
  words: string,
  at: string,
  workdir: string,
  folders: ReadonlyMap<string, string>,
  context: string,
): string {
  const [, stage, from = '', to = ''] = /^(?:--from=(\S+)\s+)?(\S+)\s+(\S+)$/.exec(words) ?? []
  const source = stage === undefined ? context : folders.get(stage)
  if (source === undefined) throw new Error(`Dockerfile: COPY ${words}: no such stage`)
  return `cp -a ${path.join(source, from)}/. ${at}${path.resolve(workdir, to)}/`
}

/** This machine, as something that may be written to. */
function mountMachine(at: string, name: string): readonly string[] {
  const [upper, work] = ['upper', 'work'].map((part) => path.join(path.dirname(at), `${part}-${name}`))
  return [
    `mkdir -p ${upper} ${work}`,
    `mount -t overlay overlay -o lowerdir=/,upperdir=${upper},workdir=${work} ${at}`,
    `mount --bind /proc ${at}/proc`,
    `mount --bind /dev ${at}/dev`,
  ]
}

function copyBase(at: string): readonly string[] {
  return [
    ...baseLibraries().map((file) => `mkdir -p ${at}${path.dirname(file)} && cp -L ${file} ${at}${file}`),
    `mkdir -p ${at}/etc ${at}/tmp && chmod 1777 ${at}/tmp`,
    `printf 'root:x:0:0::/root:/sbin/nologin\\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\\n' >${at}/etc/passwd`,
  ]
}

function describe(stage: Stage, root: string): PlayedImage {
  const last = (name: string) => stage.instructions.findLast((one) => one.name === name)?.words ?? '[]'
  return { root, command: parseExec(last('ENTRYPOINT')), user: last('USER') }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
