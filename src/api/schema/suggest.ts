/** The known word a mistyped one was probably meant to be. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase()
  let best: { word: string; distance: number } | undefined
  for (const candidate of known) {
    const other = candidate.toLowerCase()
    const distance = isPart(lower, other) ? 1 : editDistance(lower, other)
    if (best === undefined || distance < best.distance) best = { word: candidate, distance }
  }
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.word : undefined
}

/** A beginning of the other, or an end that is long enough to tell: `Prefix` of `PathPrefix`. */
function isPart(word: string, other: string): boolean {
  return word.startsWith(other) || other.startsWith(word) || (word.length >= 4 && other.endsWith(word))
}

/** `; did you mean 'x'?`, or which words there are when they are few. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = suggest(word, known)
  if (meant !== undefined) return `; did you mean '${meant}'?`
  return known.length > 0 && known.length <= 12 ? `; known here: ${known.join(', ')}` : ''
}

/** Edits from one word to the other; two letters in the wrong order count once. */
function editDistance(left: string, right: string): number {
  const rows = [Array.from({ length: right.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= left.length; i += 1) {
    const above = rows[i - 1]!
    const row = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1]
      let edits = Math.min(above[j - 1]! + (same ? 0 : 1), above[j]! + 1, row[j - 1]! + 1)
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (swapped) edits = Math.min(edits, rows[i - 2]![j - 2]! + 1)
      row.push(edits)
    }
    rows.push(row)
  }
  return rows[left.length]![right.length]!
}
