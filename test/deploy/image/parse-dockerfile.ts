/** One line of a Dockerfile, continuation lines joined. */
export interface Instruction {
  readonly name: string
  readonly words: string
}

export interface Stage {
  readonly base: string
  readonly name: string
  readonly instructions: readonly Instruction[]
}

/** Reads the stages of a Dockerfile. Comments go, continued lines are joined; nothing else is understood here. */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { base: string; name: string; instructions: Instruction[] }[] = []
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
  for (const line of lines) {
    const [, name = '', words = ''] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? []
    if (name === '') continue
    if (name !== 'FROM') {
      stages.at(-1)?.instructions.push({ name, words })
      continue
    }
    const [base = '', , stage = `${stages.length}`] = words.split(/\s+/)
    stages.push({ base, name: stage, instructions: [] })
  }
  return stages
}

/** The strings of `["a", "b"]`, as ENTRYPOINT and CMD have them. The form with a shell has no place in an image without one. */
export function parseExec(words: string): readonly string[] {
  const value: unknown = JSON.parse(words)
  if (!Array.isArray(value)) throw new Error(`not a list of strings: ${words}`)
  return value.map(String)
}
