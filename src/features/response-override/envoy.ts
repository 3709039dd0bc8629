import { type EnvoyFilter, type Message, typed } from '#envoy'
import { writeBodyFormat } from '#kit/body-format.ts'
import type { FieldTest, OverrideAnswer, OverrideLocation, OverrideRule, ResponseOverrideNode } from './ir.ts'

const type = 'envoy.extensions.filters.http.custom_response.v3.CustomResponse'

export const responseOverride: EnvoyFilter<ResponseOverrideNode> = {
  shared: typed(type),
  build: ({ rules }) => ({
    perRoute: typed(type, {
      custom_response_matcher: { matcher_list: { matchers: rules.map(buildMatcher) } },
    }),
  }),
}

function buildMatcher({ statuses, fields, of, answer }: OverrideRule, index: number): Message {
  const predicates = [
    ...(statuses.length > 0 ? [statusIs(statuses)] : []),
    ...fields.map(fieldIs),
    ...(of ? [isLocal(of === 'gateway')] : []),
  ]
  return {
    predicate: predicates.length === 1 ? predicates[0] : { and_matcher: { predicate: predicates } },
    on_match: { action: { name: `${index}`, typed_config: buildAnswer(answer) } },
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

function isLocal(local: boolean): Message {
  return matches(typed('envoy.type.matcher.v3.HttpResponseLocalReplyMatchInput'), { exact: `${local}` })
}

function matches(input: Message, value: Message): Message {
  return { single_predicate: { input: { name: 'input', typed_config: input }, value_match: value } }
}

function buildAnswer({ status, contentType, body, set, add, location }: OverrideAnswer): Message {
  const fields = [
    ...(contentType === undefined || set.some(({ name }) => name === 'content-type')
      ? []
      : [field('content-type', contentType, 'OVERWRITE_IF_EXISTS_OR_ADD')]),
    ...set.map(({ name, value }) => field(name, literal(value), 'OVERWRITE_IF_EXISTS_OR_ADD')),
    ...add.map(({ name, value }) => field(name, literal(value), 'APPEND_IF_EXISTS_OR_ADD')),
    ...(location ? [field('location', locate(location), 'OVERWRITE_IF_EXISTS_OR_ADD')] : []),
  ]
  return typed('envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy', {
    ...(status !== undefined && { status_code: status }),
    ...(body.length > 0 && { body_format: { text_format_source: { inline_string: writeBodyFormat(body) } } }),
    ...(fields.length > 0 && { response_headers_to_add: fields }),
  })
}

function field(key: string, value: string, append_action: string): Message {
  return { header: { key, value }, append_action }
}

function literal(value: string): string {
  return value.replaceAll('%', '%%')
}

function locate({ scheme, authority, path }: OverrideLocation): string {
  const host = authority === undefined ? '%REQ(:AUTHORITY)%' : literal(authority)
  return `${scheme ?? '%REQ(X-FORWARDED-PROTO)%'}://${host}${path === undefined ? '%REQ(:PATH)%' : literal(path)}`
}
