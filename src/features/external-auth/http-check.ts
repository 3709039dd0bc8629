import type { RequestContext, RequestHead, ResponseHead } from '#proxy'
import type { Answer } from './auth-call.ts'
import { isOpenName } from './field-change.ts'
import type { HttpAuth } from './ir.ts'
import { type FieldChange, noVerdict, refuse, type Verdict } from './verdict.ts'

// What an answer says about itself and not about the client; on the request it would be a lie.
const aboutTheAnswer = new Set([
  'accept-ranges',
  'age',
  'content-encoding',
  'content-language',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'last-modified',
  'server',
  'vary',
])

/** The request as the authoriser gets it: HTTPAuthConfig.allowedHeaders says which fields always go along. */
export function buildHttpHead(auth: HttpAuth, { head, original }: RequestContext, bodyBytes: number): RequestHead {
  const fields: string[] = []
  for (let i = 0; i < head.fields.length; i += 2) {
    const name = head.fields[i]!
    if (name === 'authorization' || auth.allowedHeaders.includes(name)) fields.push(name, head.fields[i + 1]!)
  }
  const { path } = original
  return {
    method: original.method,
    scheme: head.scheme,
    authority: original.authority,
    path: auth.path ?? behindPrefix(auth.pathPrefix, path),
    fields,
    contentLength: bodyBytes,
    upgrade: '',
    expectContinue: false,
  }
}

/** `*` of OPTIONS * stands alone. */
function behindPrefix(prefix: string, path: string): string {
  if (prefix === '') return path
  return path.startsWith('/') ? prefix + path : prefix
}

/** 200 and nothing else lets pass (HTTPExternalAuthFilter.protocol); its body is of no interest. */
export function isHttpPass(head: ResponseHead): boolean {
  return head.status === 200
}

export function judgeHttp(auth: HttpAuth, answer: Answer): Verdict {
  if (answer.kind === 'failed') return noVerdict(answer.why)
  const { status, fields } = answer.head
  if (status === 200) return { kind: 'allow', request: changesOf(auth, fields), response: [] }
  if (status >= 500) return noVerdict(`the authoriser answered ${status}`)
  // A refusal must not look like a success to the client.
  if (status < 300) return refuse(`the authoriser answered ${status}; only 200 lets pass`)
  return {
    kind: 'deny',
    reply: { status, fields: [...fields], body: answer.body, why: `externalAuth: the authoriser answered ${status}` },
  }
}

/** What the client sent under a name of the list goes, whether the authoriser has a word for it or not. */
function changesOf(
  { allowedResponseHeaders: listed, onlyAllowed }: HttpAuth,
  fields: readonly string[],
): FieldChange[] {
  const changes: FieldChange[] = listed.filter(isOpenName).map((name) => ({ kind: 'remove', name }))
  const seen = new Set(listed)
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    const wanted = onlyAllowed || listed.length > 0 ? listed.includes(name) : !aboutTheAnswer.has(name)
    if (!wanted || !isOpenName(name)) continue
    changes.push({ kind: seen.has(name) ? 'add' : 'set', name, value: fields[i + 1]! })
    seen.add(name)
  }
  return changes
}
