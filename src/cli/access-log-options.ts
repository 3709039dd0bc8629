import type { OptionSpec } from './command.ts'
import { UsageError } from './errors.ts'
import type { Machinery } from './machinery.ts'
import type { AccessLogOptions } from './run-options.ts'
import { suggestWord } from './suggest.ts'

/** Of every command that serves traffic itself. */
export const accessLogOptions: readonly OptionSpec[] = [
  { name: 'access-log', value: 'off|text|json', help: 'a line per request on standard output', fallback: 'off' },
  { name: 'access-log-fields', value: 'A,B,C', help: 'what the lines say, and in which order' },
  { name: 'access-log-sample', value: 'SHARE', help: 'share of requests that are logged, 0 to 1', fallback: '1' },
]

/** Throws a UsageError for a field that there is not. */
export async function checkAccessLog({ fields }: AccessLogOptions, machinery: Machinery): Promise<void> {
  if (fields === undefined) return
  const known = await machinery.accessLogFields()
  const wrong = fields.find((field) => !known.includes(field))
  if (wrong === undefined) return
  const near = suggestWord(wrong, known)
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`
  throw new UsageError(`--access-log-fields: no field ${wrong}; ${hint}`)
}
