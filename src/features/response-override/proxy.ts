import { compileBody } from '#kit/body-format.ts'
import { encodeFieldValue } from '#kit/field-edits.ts'
import { compileRegex } from '#kit/regex.ts'
import {
  type Fields,
  joinField,
  type ProxyFilter,
  type Reply,
  type RequestContext,
  type ResponseHead,
  requestField,
  setField,
} from '#proxy'
import type { FieldTest, OverrideAnswer, OverrideLocation, OverrideRule, ResponseOverrideNode } from './ir.ts'

export const responseOverride: ProxyFilter<ResponseOverrideNode> = {
  compile({ rules }) {
    const compiled = rules.map((rule) => ({ applies: compileRule(rule), answer: compileAnswer(rule.answer) }))
    return {
      overrideResponse(context, head, local) {
        for (const { applies, answer } of compiled) if (applies(head, local)) return answer(context, head.status)
        return undefined
      },
    }
  },
}

function compileRule({ statuses, fields, of }: OverrideRule): (head: ResponseHead, local: boolean) => boolean {
  const tests = fields.map((field) => ({ name: field.name, test: compileTest(field) }))
  return (head, local) =>
    (of === undefined || (of === 'gateway') === local) &&
    (statuses.length === 0 || statuses.some(([from, to]) => head.status >= from && head.status <= to)) &&
    tests.every(({ name, test }) => {
      const value = joinField(head.fields, name)
      return value !== undefined && test(value)
    })
}

function compileTest({ kind, value }: FieldTest): (text: string) => boolean {
  const wanted = encodeFieldValue(value)
  switch (kind) {
    case 'exact':
      return (text) => text === wanted
    case 'prefix':
      return (text) => text.startsWith(wanted)
    case 'suffix':
      return (text) => text.endsWith(wanted)
    case 'regex': {
      const compiled = compileRegex(value)
      if (!compiled.ok) throw new Error(compiled.problems[0]?.message)
      return (text) => compiled.value.test(text)
    }
  }
}

function compileAnswer(answer: OverrideAnswer): (context: RequestContext, before: number) => Reply {
  const fields: Fields = answer.contentType === undefined ? [] : ['content-type', encodeFieldValue(answer.contentType)]
  for (const { name, value } of answer.set) setField(fields, name, encodeFieldValue(value))
  for (const { name, value } of answer.add) fields.push(name, encodeFieldValue(value))
  const bodyOf = compileBody(answer.body, requestField)
  const { location } = answer
  return (context, before) => ({
    status: answer.status ?? before,
    fields: location ? [...fields, 'location', locate(location, context)] : [...fields],
    body: bodyOf(context),
    why: 'response overridden',
  })
}

function locate({ scheme, authority, path }: OverrideLocation, { client, original }: RequestContext): string {
  const to = path ?? (original.path === '*' ? '/' : original.path)
  const host = authority ?? original.authority
  // HTTP/1.0 without Host: only a path can be told, and one that begins with // or /\ would name a host to browsers.
  return host === '' ? to.replace(/^[/\\]+/, '/') : `${scheme ?? client.scheme}://${host}${to}`
}
