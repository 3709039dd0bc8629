import type { ClientHeaders, NamePattern, WideFieldEdits } from '#ir'
import { type Message, typed } from '../message.ts'

/** Mutations of fields (envoy.config.common.mutation_rules.v3.HeaderMutation), in their order. */
export function buildMutations({ remove, removeMatching, set, add, addIfAbsent }: WideFieldEdits): Message[] {
  const append = (edits: WideFieldEdits['add'], append_action: string) =>
    edits.map(({ name, value }) => ({
      append: {
        header: { key: name, value: value.replaceAll('%', '%%') },
        append_action,
        ...(value === '' && { keep_empty_value: true }),
      },
    }))
  return [
    ...remove.map((name) => ({ remove: name })),
    ...removeMatching.map((pattern) => ({ remove_on_match: { key_matcher: buildPattern(pattern) } })),
    ...append(set, 'OVERWRITE_IF_EXISTS_OR_ADD'),
    ...append(add, 'APPEND_IF_EXISTS_OR_ADD'),
    ...append(addIfAbsent, 'ADD_IF_ABSENT'),
  ]
}

function buildPattern({ kind, value }: NamePattern): Message {
  return kind === 'regex' ? { safe_regex: { regex: value } } : { [kind]: value }
}

/** What has the last word on responses. */
export function buildLateHeaders({ late }: ClientHeaders, healthPath: string | undefined): Message[] {
  // Envoy's name for itself, which its answers about health would tell.
  const health = healthPath === undefined ? [] : [{ remove: 'x-envoy-upstream-healthchecked-cluster' }]
  const mutations = [...health, ...(late ? buildMutations(late) : [])]
  if (mutations.length === 0) return []
  return [
    {
      name: 'headgate.lateResponseHeaders',
      typed_config: typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
        mutations: { response_mutations: mutations },
      }),
    },
  ]
}

/** Answers whether the proxy is there. */
export function buildHealthAnswer(path: string | undefined): Message[] {
  if (path === undefined) return []
  return [
    {
      name: 'headgate.health',
      typed_config: typed('envoy.extensions.filters.http.health_check.v3.HealthCheck', {
        pass_through_mode: false,
        headers: [{ name: ':path', string_match: { exact: path } }],
      }),
    },
  ]
}

/** X-Request-ID: made where there is none (early mutations have taken away what must not stay), or not looked at. */
export function buildRequestId({ requestId }: ClientHeaders): Message {
  return {
    generate_request_id: requestId === 'make' || requestId === 'keepOrMake',
    preserve_external_request_id: true,
  }
}

/** common_http_protocol_options.headers_with_underscores_action. */
export function buildUnderscores({ underscores }: ClientHeaders): Message {
  if (!underscores) return {}
  return { headers_with_underscores_action: underscores === 'reject' ? 'REJECT_REQUEST' : 'DROP_HEADER' }
}
