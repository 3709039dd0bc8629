import type { ClientHeaders, NamePattern, WideFieldEdits } from '#ir'
import { parseBodyFormat } from '#kit/body-format.ts'
import { type FieldEdit, type HeaderFilterSpec, parseFieldEdits } from '#kit/field-edits.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import { compileRegex } from '#kit/regex.ts'
import type { PolicyScope, PolicySlice } from '#translate'
import { type CertificateFieldSpec, translateCertificateField } from './certificate-field.ts'

interface Spec {
  readonly headers: {
    readonly disableRateLimitHeaders?: boolean
    readonly earlyRequestHeaders?: WideSpec
    readonly lateResponseHeaders?: WideSpec
    readonly withUnderscoresAction?: 'Allow' | 'RejectRequest' | 'DropHeader'
    readonly requestID?: 'PreserveOrGenerate' | 'Preserve' | 'Generate' | 'Disable'
    readonly preserveXRequestID?: boolean
    readonly xForwardedClientCert?: CertificateFieldSpec
    readonly host?: { readonly stripTrailingHostDot?: boolean }
  }
}

interface WideSpec extends HeaderFilterSpec {
  readonly addIfAbsent?: HeaderFilterSpec['add']
  readonly removeOnMatch?: readonly { readonly type?: keyof typeof kinds; readonly value: string }[]
}

const kinds = { Exact: 'exact', Prefix: 'prefix', Suffix: 'suffix', RegularExpression: 'regex' } as const
const requestIds = {
  PreserveOrGenerate: 'keepOrMake',
  Preserve: undefined,
  Generate: 'make',
  Disable: 'remove',
} as const
const underscoreActions = { Allow: undefined, RejectRequest: 'reject', DropHeader: 'drop' } as const

export const clientHeaders = {
  kind: 'ClientTrafficPolicy',
  fields: ['headers'],
  refused: {
    'headers.enableEnvoyHeaders': 'adds fields that only one kind of proxy has: remove it',
  },
  notes: {
    'headers.requestID': 'default: the field is left as it is',
    'headers.withUnderscoresAction': 'default: Allow',
    'headers.xForwardedClientCert.mode': 'default: Sanitize',
    'headers.earlyRequestHeaders.set[].value': "a text without Envoy's operators, as in all of these",
  },
  translate({ headers: spec }: Spec, scope) {
    const early = wideEdits(spec.earlyRequestHeaders, 'headers.earlyRequestHeaders', scope)
    if (!early.ok) return early
    const late = wideEdits(spec.lateResponseHeaders, 'headers.lateResponseHeaders', scope)
    if (!late.ok) return late
    const underscores = underscoreActions[spec.withUnderscoresAction ?? 'Allow']
    const requestId = requestIds[spec.requestID ?? (spec.preserveXRequestID ? 'PreserveOrGenerate' : 'Preserve')]
    const headers: ClientHeaders = {
      ...(early.value && { early: early.value }),
      ...(late.value && { late: late.value }),
      ...(underscores && { underscores }),
      ...(requestId && { requestId }),
      ...(spec.host?.stripTrailingHostDot && { stripHostDot: true }),
    }
    return ok({
      listener: {
        client: {
          ...(spec.disableRateLimitHeaders && { rateLimitHeaders: false }),
          ...(Object.keys(headers).length > 0 && { headers }),
          ...translateCertificateField(spec.xForwardedClientCert),
        },
      },
    })
  },
} satisfies PolicySlice

function wideEdits(spec: WideSpec | undefined, at: string, scope: PolicyScope): Outcome<WideFieldEdits | undefined> {
  if (!spec) return ok(undefined)
  const edits = parseFieldEdits(spec, `spec.${at}`)
  if (!edits.ok) return edits
  const more = parseFieldEdits({ add: spec.addIfAbsent ?? [] }, `spec.${at}`)
  if (!more.ok) return more
  const set = literals(edits.value.set, `${at}.set`, scope)
  if (!set.ok) return set
  const add = literals(edits.value.add, `${at}.add`, scope)
  if (!add.ok) return add
  const addIfAbsent = literals(more.value.add, `${at}.addIfAbsent`, scope)
  if (!addIfAbsent.ok) return addIfAbsent
  const removeMatching: NamePattern[] = []
  for (const [i, { type = 'Exact', value }] of (spec.removeOnMatch ?? []).entries()) {
    const kind = kinds[type]
    const compiled = kind === 'regex' ? compileRegex(value) : undefined
    if (compiled && !compiled.ok)
      return scope.refuse(`${at}.removeOnMatch[${i}].value`, compiled.problems[0]?.message ?? '')
    removeMatching.push({ kind, value: kind === 'regex' ? value : value.toLowerCase() })
  }
  const { remove } = edits.value
  return ok({ remove, removeMatching, set: set.value, add: add.value, addIfAbsent: addIfAbsent.value })
}

/** Envoy reads operators in values; `%%` is a percent sign. */
function literals(edits: readonly FieldEdit[], at: string, scope: PolicyScope): Outcome<readonly FieldEdit[]> {
  const plain: FieldEdit[] = []
  for (const { name, value } of edits) {
    const parts = parseBodyFormat(value)
    const [only = '', ...others] = 'unknown' in parts ? [{ fields: [] }] : parts
    if (typeof only !== 'string' || others.length > 0)
      return scope.refuse(
        at,
        `the value of ${name} has an operator of Envoy's, which is not known here; %% is a percent sign`,
      )
    plain.push({ name, value: only })
  }
  return ok(plain)
}
