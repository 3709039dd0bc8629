import type { ObjectKey } from '#api'
import { compareText } from '#ir'
import { formatStatus, type Status } from '#translate'
import { isBuiltIn } from '../default-class.ts'
import type { DiffSection, DiffSide } from './diff-section.ts'

interface StatusDiff {
  readonly object: ObjectKey
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** Whose status says something else, line by line as `headgate status` has them. */
export function compareStatuses(before: DiffSide, after: DiffSide): DiffSection | undefined {
  const keys = [...new Set([...before.statuses.keys(), ...after.statuses.keys()])].sort(compareText)
  const diffs = keys.flatMap((object): StatusDiff[] => {
    const shown = after.objects.get(object) ?? before.objects.get(object)
    if (shown && isBuiltIn(shown)) return []
    const old = linesOf(object, before.statuses)
    const fresh = linesOf(object, after.statuses)
    const diff = {
      object,
      before: old.filter((line) => !fresh.includes(line)),
      after: fresh.filter((line) => !old.includes(line)),
    }
    return diff.before.length + diff.after.length > 0 ? [diff] : []
  })
  if (diffs.length === 0) return undefined
  return {
    name: 'statuses',
    title: 'Statuses',
    lines: (paint) =>
      diffs.flatMap(({ before, after }) => [
        ...before.map((line) => paint('red', `- ${line}`)),
        ...after.map((line) => paint('green', `+ ${line}`)),
      ]),
    data: diffs,
  }
}

function linesOf(key: ObjectKey, statuses: ReadonlyMap<ObjectKey, Status>): readonly string[] {
  const status = statuses.get(key)
  return status ? formatStatus(key, status) : []
}
