/** The word that was probably meant, or nothing when none is near. */
export function suggestWord(written: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  // A third of the letters may be wrong, and one in any case.
  let bound = Math.max(1, Math.floor(written.length / 3))
  for (const word of known) {
    const distance = editDistance(written.toLowerCase(), word.toLowerCase())
    if (distance < bound || (distance === bound && best === undefined)) {
      best = word
      bound = distance
    }
  }
  return best ?? known.find((word) => written.length >= 2 && word.startsWith(written))
}

/** Letters to add, drop, change or swap with their neighbour (Damerau and Levenshtein's distance, restricted). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(change, last[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1)
      row.push(least)
    }
    before = last
    last = row
  }
  return last[b.length]!
}
