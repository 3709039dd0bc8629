import { type Message, quoteRegex } from '#envoy'
import { type Cidr, limitWords } from '#ir'
import type { Condition, CountKey, LimitRule, PathText, TextMatch } from './ir.ts'

/** An action of envoy.config.route.v3.RateLimit, and the entry that it adds to the descriptor; without a value: any. */
export interface DescribedAction {
  readonly action: Message
  readonly entry: { readonly key: string; readonly value?: string }
}

/** A rule's requests, described: an action that finds nothing takes the rule out of play. */
export function describeRule({ conditions, keys }: LimitRule, rule: string): DescribedAction[] {
  return [
    describeWord(limitWords.rule, rule),
    ...conditions.map((condition, i) => describeCondition(condition, `${limitWords.conditionPrefix}${i}`)),
    ...keys.map((key, i) => describeKey(key, `${limitWords.keyPrefix}${i}`)),
  ]
}

/** An entry of every descriptor. */
export function describeWord(key: string, value = 'yes'): DescribedAction {
  return { action: { generic_key: { descriptor_key: key, descriptor_value: value } }, entry: { key, value } }
}

function describeCondition(condition: Condition, descriptor_key: string): DescribedAction {
  const entry = { key: descriptor_key, value: 'yes' }
  const common = { descriptor_key, descriptor_value: 'yes' }
  const expect_match = !condition.invert
  const header = (name: string, string_match: Message): DescribedAction => ({
    entry,
    action: { header_value_match: { ...common, expect_match, headers: [{ name, string_match }] } },
  })
  switch (condition.kind) {
    case 'header':
      return header(condition.name, textMatch(condition.value))
    case 'path':
      return header(':path', pathMatch(condition.value))
    case 'method':
      return header(':method', { safe_regex: { regex: condition.anyOf.map(quoteRegex).join('|') } })
    case 'query':
      return {
        entry,
        action: {
          query_parameter_value_match: {
            ...common,
            expect_match,
            query_parameters: [{ name: condition.name, string_match: textMatch(condition.value) }],
          },
        },
      }
    case 'source':
      return {
        entry,
        action: { remote_address_match: { ...common, address_matcher: range(condition.cidr, condition.invert) } },
      }
  }
}

function describeKey(key: CountKey, descriptor_key: string): DescribedAction {
  const entry = { key: descriptor_key }
  switch (key.kind) {
    case 'header':
      return { entry, action: { request_headers: { header_name: key.name, descriptor_key } } }
    case 'query':
      return { entry, action: { query_parameters: { query_parameter_name: key.name, descriptor_key } } }
    case 'source':
      return { entry: { key: limitWords.address }, action: { remote_address: {} } }
  }
}

function textMatch({ kind, value }: TextMatch): Message {
  return kind === 'exact' ? { exact: value } : { safe_regex: { regex: value } }
}

/** Envoy's :path has the query, too. */
function pathMatch({ kind, value }: PathText): Message {
  const query = '(?:\\?.*)?'
  if (kind === 'exact') return { safe_regex: { regex: `${quoteRegex(value)}${query}` } }
  if (kind === 'regex') return { safe_regex: { regex: `(?:${value})${query}` } }
  return value === '/' ? { prefix: '/' } : { safe_regex: { regex: `${quoteRegex(value)}(?:[/?].*)?` } }
}

function range({ address, length }: Cidr, invert: boolean): Message {
  return { ranges: [{ address_prefix: address, prefix_len: length }], invert_match: invert }
}
