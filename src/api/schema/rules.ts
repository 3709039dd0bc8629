import { reader } from '../cel/access.ts'
import { compileExpression } from '../cel/compile.ts'
import { type Frame, Scope } from '../cel/scope.ts'
import { CelError, Optional, type Value } from '../cel/value.ts'
import { type Report, show } from './report.ts'
import type { Rule, Schema } from './schema.ts'

/** Evaluates the CEL rules of a schema and of everything below it. */
export type RuleCheck = (value: unknown, report: Report) => void

const compiled = new WeakMap<Schema, RuleCheck | 'none'>()

/** The rule check of a schema; undefined when there is no rule in it. */
export function ruleCheckFor(schema: Schema): RuleCheck | undefined {
  let check = compiled.get(schema)
  if (check === undefined) {
    check = compile(schema) ?? 'none'
    compiled.set(schema, check)
  }
  return check === 'none' ? undefined : check
}

function compile(schema: Schema): RuleCheck | undefined {
  const own = ownRules(schema)
  const below = rulesBelow(schema)
  if (own === undefined) return below
  if (below === undefined) return own
  return (value, report) => {
    own(value, report)
    below(value, report)
  }
}

function rulesBelow(schema: Schema): RuleCheck | undefined {
  if (schema.items !== undefined) return rulesOfItems(schema.items)
  if (typeof schema.additionalProperties === 'object') return rulesOfValues(schema.additionalProperties)
  return rulesOfProperties(schema.properties ?? {})
}

function rulesOfItems(items: Schema): RuleCheck | undefined {
  const check = ruleCheckFor(items)
  if (check === undefined) return undefined
  return (value, report) => {
    const list = value as readonly unknown[]
    for (let index = 0; index < list.length; index += 1) {
      report.path.push(index)
      check(list[index], report)
      report.path.pop()
    }
  }
}

function rulesOfValues(values: Schema): RuleCheck | undefined {
  const check = ruleCheckFor(values)
  if (check === undefined) return undefined
  return (value, report) => {
    for (const [key, item] of Object.entries(value as object)) report.within(key, () => check(item, report))
  }
}

function rulesOfProperties(properties: Readonly<Record<string, Schema>>): RuleCheck | undefined {
  const checks = Object.entries(properties).flatMap(([name, schema]) => {
    const check = ruleCheckFor(schema)
    return check === undefined ? [] : [{ name, check }]
  })
  if (checks.length === 0) return undefined
  return (value, report) => {
    for (const { name, check } of checks) {
      const given = (value as Record<string, unknown>)[name]
      if (given === undefined || given === null) continue
      report.path.push(name)
      check(given, report)
      report.path.pop()
    }
  }
}

function ownRules(schema: Schema): RuleCheck | undefined {
  // A rule over oldSelf judges a change. We judge objects as new ones, for which the API server skips it,
  // unless the rule says that it can do without an old value.
  const rules = (schema.rules ?? []).filter((rule) => rule.optionalOldSelf || !/\boldSelf\b/.test(rule.rule))
  if (rules.length === 0) return undefined
  const read = reader(schema)
  let checks: readonly RuleCheck[] | undefined
  return (value, report) => {
    checks ??= rules.map((rule) => compileRule(rule, schema))
    const self = read === undefined ? value : read(value)
    for (const check of checks) check(self, report)
  }
}

function compileRule(rule: Rule, schema: Schema): RuleCheck {
  const scope = Scope.of({ self: schema, oldSelf: schema })
  const { run } = compileExpression(rule.rule, scope)
  const explain =
    rule.messageExpression === undefined ? undefined : compileExpression(rule.messageExpression, scope).run
  const below = rule.fieldPath === undefined ? [] : parseFieldPath(rule.fieldPath)
  const reason = rule.reason ?? 'FieldValueInvalid'
  const fallback = rule.message ?? `failed rule: ${rule.rule.trim()}`
  // Evaluation is synchronous and never re-enters, so a rule needs one frame only.
  const frame: Frame = [undefined, Optional.none]
  return (self, report) => {
    frame[0] = self
    try {
      if (run(frame) !== true) report.add(reason, `${messageOf(explain, frame) ?? fallback}${given(self)}`, below)
    } catch (error) {
      if (!(error instanceof CelError)) throw error
      report.add('FieldValueInvalid', rule.message ?? `${fallback} (${error.message})`, below)
    }
  }
}

/** The value that a rule refused, where it is short enough to stand in a line. */
function given(self: unknown): string {
  return typeof self === 'string' || typeof self === 'number' ? ` (it is ${show(self)})` : ''
}

/** What messageExpression says; nothing when it fails or is empty, as at the API server. */
function messageOf(explain: ((frame: Frame) => Value) | undefined, frame: Frame): string | undefined {
  if (explain === undefined) return undefined
  try {
    const message = explain(frame)
    return typeof message === 'string' && message.trim() !== '' && !message.includes('\n') ? message : undefined
  } catch (error) {
    if (error instanceof CelError) return undefined
    throw error
  }
}

/** `.foo.bar` or `['a.b']`: where below the rule's own field the problem belongs. */
function parseFieldPath(path: string): readonly string[] {
  return Array.from(path.matchAll(/\.([^.[]+)|\['([^']+)'\]/g), (match) => (match[1] ?? match[2])!)
}
