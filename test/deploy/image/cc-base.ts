import { execFileSync } from 'node:child_process'

/**
 * The shared libraries of the last stage's base image (Debian packages libc6, libstdc++6 and libgcc-s1). What the program
 * needs beyond them, its Dockerfile has to bring: a library that is missing here is missing there.
 */
const names = /^(ld-linux.*|lib(c|m|dl|pthread|rt|resolv|stdc\+\+|gcc_s))\.so\.\d+$/

/** This machine's own copies of them. */
export function baseLibraries(): readonly string[] {
  return execFileSync('ldconfig', ['-p'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, name = '', file = ''] = /^\s*(\S+) \(libc6[^)]*64[^)]*\) => (\S+)$/.exec(line) ?? []
      return names.test(name) ? [file] : []
    })
    .concat(loader())
}

/** Where programs look for the loader: an absolute path that is in every one of them. */
function loader(): readonly string[] {
  const lines = execFileSync('ldd', [process.execPath], { encoding: 'utf8' })
  return [...lines.matchAll(/^\s*(\/lib\S*\/ld-linux\S+) /gm)].map((match) => match[1]!)
}
