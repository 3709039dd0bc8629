let lastText = ''
let lastMs = -1

/**
 * How long a connection may idle and still be used, by the `Keep-Alive` field of its last answer (`timeout=5`, in seconds; RFC 2068
 * 19.7.1.1). Who announces a time closes after it, and a request that comes then may be lost: we stop a second before, or half way
 * where it is less than two.
 * @returns -1: nothing is said
 */
export function idleMsOf(text: string): number {
  // A backend says the same each time.
  if (text === lastText) return lastMs
  const seconds = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,6})/i.exec(text)?.[1]
  lastText = text
  lastMs = seconds === undefined ? -1 : Number(seconds) * 1_000 - Math.min(1_000, Number(seconds) * 500)
  return lastMs
}
