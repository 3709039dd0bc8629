/** What one list has and the other has not. */
export interface ChangedItems<T> {
  readonly gone: readonly T[]
  readonly come: readonly T[]
}

/** Compares two lists of the same order by identity; equal parts at both ends, however long, cost next to nothing. */
export function changedItems<T>(before: readonly T[], now: readonly T[]): ChangedItems<T> {
  let from = 0
  while (from < before.length && from < now.length && before[from] === now[from]) from++
  let beforeEnd = before.length
  let nowEnd = now.length
  while (beforeEnd > from && nowEnd > from && before[beforeEnd - 1] === now[nowEnd - 1]) {
    beforeEnd--
    nowEnd--
  }
  const gone = new Set(before.slice(from, beforeEnd))
  const come = now.slice(from, nowEnd).filter((one) => !gone.delete(one))
  return { gone: [...gone], come }
}
