/** How many entries at the start and at the end are the same in two lists: what has changed lies between. */
export function commonEnds<T, U>(
  old: readonly T[],
  now: readonly U[],
  same: (a: T, b: U) => boolean,
): { readonly head: number; readonly tail: number } {
  const most = Math.min(old.length, now.length)
  let head = 0
  while (head < most && same(old[head]!, now[head]!)) head++
  let tail = 0
  while (tail < most - head && same(old.at(-1 - tail)!, now.at(-1 - tail)!)) tail++
  return { head, tail }
}
