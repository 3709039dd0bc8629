import type { Call, Command } from '../command.ts'
import { isBuiltIn } from '../default-class.ts'
import { controllerNameOption, fileOption } from '../files-option.ts'
import { type Finding, findProblems } from '../find-problems.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'
import { type TranslatedFiles, translateFiles } from '../translate-files.ts'

export const check: Command = {
  name: 'check',
  summary: 'find what is wrong with manifests, with file, line and column',
  usage: '-f PATH… [options]',
  description: `For CI: it gives the API server's verdict on every object (schemas, defaults, CEL rules), translates them, and tells what
would not work and what would be right. What the files refer to and do not hold (Secrets, Services) is a warning: it may be
in the cluster. Ends with 1 when there is an error, and with 2 when there is nothing to check.`,
  words: 'files',
  options: [fileOption, controllerNameOption, outputOption(['table', 'yaml', 'json'])],
  examples: [
    { command: 'headgate check -f manifests', does: 'a whole folder' },
    { command: 'kustomize build . | headgate check -f - -o json', does: 'what a generator makes, for a script' },
  ],
  async execute(call) {
    const format = parseOutput(call.options, ['table', 'yaml', 'json'])
    const files = await translateFiles(call)
    const findings = findProblems(files)
    if (findings.length === 0 && isEmpty(files)) {
      // A CI that looks into the wrong folder must not be green.
      const { paintComplaint: paint, complain } = call.terminal
      const where = call.options.all('file').join(', ')
      complain(`${paint('red', 'error:')} nothing to check: there is no object in ${where}\n`)
      return 2
    }
    if (format === 'table') printFindings(findings, files, call)
    else call.terminal.print(renderData({ files: groupByFile(findings, files) }, format))
    return findings.some(({ severity }) => severity === 'error') ? 1 : 0
  },
}

function isEmpty({ loaded, objects }: TranslatedFiles): boolean {
  return loaded.ignored.size === 0 && [...objects.values()].every(isBuiltIn)
}

function groupByFile(findings: readonly Finding[], { loaded }: TranslatedFiles) {
  const names = [...new Set([...loaded.files, ...findings.map(({ file }) => file)])]
  return names.map((file) => ({
    file,
    problems: findings.filter((one) => one.file === file).map(({ file: _file, ...problem }) => problem),
  }))
}

function printFindings(findings: readonly Finding[], { loaded }: TranslatedFiles, { terminal }: Call): void {
  const { paint } = terminal
  for (const { file, line, column, severity, path, message, object } of findings) {
    const kind = paint(severity === 'error' ? 'red' : 'yellow', `${severity}:`)
    const field = path === '' ? '' : ` ${path}:`
    const about = object === undefined ? '' : paint('dim', ` (${object})`)
    terminal.print(`${paint('bold', `${file}:${line}:${column}:`)} ${kind}${field} ${message}${about}\n`)
  }
  const ignored = [...loaded.ignored].map(([type, count]) => `${count} × ${type}`)
  if (ignored.length > 0) terminal.print(paint('dim', `not ours to read: ${ignored.join(', ')}\n`))
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const verdict =
    findings.length === 0 ? 'no problems' : `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`
  const objects = loaded.changes.filter((change) => change.kind === 'put' && !isBuiltIn(change.object)).length
  terminal.print(
    `${count(loaded.files.length, 'file')}, ${count(objects, 'object')}: ${paint(errors > 0 ? 'red' : 'green', verdict)}\n`,
  )
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
