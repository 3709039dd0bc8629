import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'
import { type Finding, formatTable } from './table.ts'

/** One scenario's part of the page. */
export interface Section {
  readonly name: string
  readonly title: string
  readonly goal: string
  readonly finding: Finding
  readonly settings: string
}

export function formatSection({ title, goal, finding, settings }: Section): string {
  const notes = [...finding.notes, settings].join(' ')
  return `## ${title}\n\nGoal: ${goal}\n\n${formatTable(finding)}\n\n${notes}\n`
}

/** Writes the page anew; scenarios that were not played keep the part they had. Without `versions` so does the introduction. */
export function writeResults(
  file: string,
  order: readonly string[],
  sections: readonly Section[],
  versions?: string,
): void {
  mkdirSync(path.dirname(file), { recursive: true })
  const parts = readParts(file)
  for (const section of sections) parts.set(section.name, formatSection(section))
  // Notes are written by hand and stay.
  const kept = [...order, 'notes'].filter((name) => parts.has(name))
  const body = kept.map((name) => `<!-- ${name} -->\n${parts.get(name)}<!-- /${name} -->\n`)
  const introduction = versions === undefined ? readIntroduction(file) : formatIntroduction(versions)
  writeFileSync(file, `${introduction}\n${body.join('\n')}`)
}

function readIntroduction(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n<!-- ')[0]! : '# Bench\n'
}

function readParts(file: string): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const found = [...text.matchAll(/<!-- ([\w-]+) -->\n([\s\S]*?)<!-- \/\1 -->/g)]
  return new Map(found.map((match) => [match[1]!, match[2]!]))
}

function formatIntroduction(versions: string): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `# Bench

Written by \`npm run bench\`, which installs the peers, plays everything below side by side and takes about 22 minutes.
\`npm run bench -- --quick\` takes 5 and prints instead; \`npm run bench -- small-get memory --subjects headgate,haproxy\` plays a part
(\`--write\` puts it here). \`npm run bench -- cluster\` plays the parts called Cluster in a cluster of its own (test/cluster; as root, with Go),
with \`--pods\` those called Pods. The code is in test/bench.

Machine: ${cpus().length} cores of ${processor}, ${Math.round(totalmem() / 2 ** 30)} GB. Node ${process.versions.node}. ${versions}

The gateway under test has one worker on core 0; load generators (wrk, h2load, a small program in Go) and
backends (nginx, nghttpd, the same program) share core 1; everything is on
127.0.0.1. CPU time is utime + stime of the gateway's processes and threads, divided by the requests (bytes, datagrams, messages). Rounds are interleaved
(A B C D, A B C D, …), after one that is not counted. Each cell is the median with (min–max) of the rounds; ratios are taken round by round. All of them keep
connections alive on both sides, add X-Forwarded-For and write no access log.
`
}
