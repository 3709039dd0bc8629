import {
  applySteps,
  type EnvoyFilter,
  type FormattedField,
  literal,
  type Message,
  originalPath,
  type ResponseStep,
  typed,
} from '#envoy'
import { writeBodyFormat } from '#kit/body-format.ts'
import type { FieldTest, OverrideAnswer, OverrideLocation, OverrideRule, ResponseOverrideNode } from './ir.ts'

const type = 'envoy.extensions.filters.http.custom_response.v3.CustomResponse'

export const responseOverride: EnvoyFilter<ResponseOverrideNode> = {
  shared: typed(type),
  // Its answers meet no other filter: what these would have done is done here.
  build: ({ rules }) => ({
    ...(rules.some(({ answer }) => saysPath(answer)) && { notesPath: true }),
    perRoute: (steps) =>
      typed(type, {
        custom_response_matcher: {
          matcher_list: { matchers: rules.map((rule, i) => buildMatcher(rule, i, steps)) },
        },
      }),
  }),
}

function buildMatcher(
  { statuses, fields, of, answer }: OverrideRule,
  index: number,
  steps: readonly ResponseStep[],
): Message {
  const predicates = [
    ...(statuses.length > 0 ? [statusIs(statuses)] : []),
    ...fields.map(fieldIs),
    ...(of ? [isLocal(of === 'gateway')] : []),
    notGrpc,
  ]
  return {
    predicate: { and_matcher: { predicate: predicates } },
    on_match: { action: { name: `${index}`, typed_config: buildAnswer(answer, steps) } },
  }
}

/** Its input is a text. */
function statusIs(statuses: OverrideRule['statuses']): Message {
  const codes = new Set(statuses.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))
  const whole = [1, 2, 3, 4, 5].filter((digit) =>
    Array.from({ length: 100 }, (_, i) => i).every((i) => codes.has(digit * 100 + i)),
  )
  const rest = [...codes].filter((code) => !whole.includes(Math.floor(code / 100)))
  const regex = [...whole.map((digit) => `${digit}[0-9][0-9]`), ...rest].join('|')
  return matches(typed('envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput'), {
    safe_regex: { google_re2: {}, regex },
  })
}

function fieldIs({ name, kind, value }: FieldTest): Message {
  const input = typed('envoy.type.matcher.v3.HttpResponseHeaderMatchInput', { header_name: name })
  return matches(input, kind === 'regex' ? { safe_regex: { google_re2: {}, regex: value } } : { [kind]: value })
}

/** Their status stands elsewhere. */
const notGrpc: Message = {
  not_matcher: fieldIs({ name: 'content-type', kind: 'regex', value: '(?i)application/grpc(?:[+;\\s].*)?' }),
}

function isLocal(local: boolean): Message {
  return matches(typed('envoy.type.matcher.v3.HttpResponseLocalReplyMatchInput'), { exact: `${local}` })
}

function matches(input: Message, value: Message): Message {
  return { single_predicate: { input: { name: 'input', typed_config: input }, value_match: value } }
}

function buildAnswer(
  { status, contentType, body, set, add, location }: OverrideAnswer,
  steps: readonly ResponseStep[],
): Message {
  const type = contentType === undefined ? [] : [{ name: 'content-type', format: contentType }]
  const edits: ResponseStep = { remove: [], set: set.map(formatted), add: add.map(formatted) }
  const to: ResponseStep = {
    remove: [],
    set: location ? [{ name: 'location', format: locate(location) }] : [],
    add: [],
  }
  const fields = applySteps(type, [edits, to, ...steps])
  return typed('envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy', {
    ...(status !== undefined && { status_code: status }),
    ...(body.length > 0 && { body_format: { text_format_source: { inline_string: writeBody(body) } } }),
    ...(fields.length > 0 && { response_headers_to_add: fields }),
  })
}

function formatted({ name, value }: OverrideAnswer['set'][number]): FormattedField {
  return { name, format: literal(value) }
}

/** Of the request as it came: by now the path may have been rewritten. */
function writeBody(body: OverrideAnswer['body']): string {
  return body.map((part) => (isPath(part) ? originalPath : writeBodyFormat([part]))).join('')
}

function saysPath({ body, location }: OverrideAnswer): boolean {
  return (location !== undefined && location.path === undefined) || body.some(isPath)
}

function isPath(part: OverrideAnswer['body'][number]): boolean {
  return typeof part !== 'string' && part.fields.join() === ':path' && part.maxLength === undefined
}

function locate({ scheme, authority, path }: OverrideLocation): string {
  const host = authority === undefined ? '%REQ(:AUTHORITY)%' : literal(authority)
  return `${scheme ?? '%REQ(X-FORWARDED-PROTO)%'}://${host}${path === undefined ? originalPath : literal(path)}`
}
