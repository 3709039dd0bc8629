import { type Outcome, ok, problem } from '#kit/outcome.ts'

/** HTTPAuthConfig.path must be made safe by us: nothing in it may lead the joined path elsewhere. */
export function parsePrefix(written: string, path: string): Outcome<string> {
  if (!/^[!$&'()*+,\-./0-9:;=@A-Z_a-z~%]*$/.test(written)) {
    return problem('UnsupportedValue', `${JSON.stringify(written)} is not the path of a URL`, path)
  }
  const segments = written.split('/').map((segment) => segment.replace(/%2e/gi, '.'))
  if (segments.includes('.') || segments.includes('..')) {
    return problem('UnsupportedValue', `"${written}" has a "." or ".." segment; write where it leads to`, path)
  }
  const trimmed = written.replace(/^\/+|\/+$/g, '')
  return ok(trimmed === '' ? '' : `/${trimmed}`)
}

/** Lower case, sorted, none twice. */
export function namesOf(names: readonly string[] = []): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].sort()
}
