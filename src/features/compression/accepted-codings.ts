/**
 * Which of the codings a client likes best (RFC 9110 12.5.3); of those it likes as much the first.
 * @param accept the Accept-Encoding field, '' when there is none
 * @returns its index; -1: none of them
 */
export function chooseCoding(accept: string, codings: readonly string[]): number {
  if (accept === '') return -1
  const weights = new Map<string, number>()
  for (const item of accept.split(',')) {
    const [name = '', ...parameters] = item.split(';')
    weights.set(name.trim().toLowerCase(), weightOf(parameters))
  }
  const rest = weights.get('*') ?? 0
  let best = -1
  let bestWeight = 0
  for (const [i, coding] of codings.entries()) {
    // RFC 9110 8.4.1.3: x-gzip is the same.
    const weight = weights.get(coding) ?? (coding === 'gzip' ? weights.get('x-gzip') : undefined) ?? rest
    if (weight <= bestWeight) continue
    best = i
    bestWeight = weight
  }
  // Who likes the plain text better gets it.
  return bestWeight < (weights.get('identity') ?? 0) ? -1 : best
}

/** What is no weight counts as none, so that a broken field never makes us send what cannot be read. */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=')
    if (name.trim().toLowerCase() !== 'q') continue
    return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value.trim()) ? Number(value) : 0
  }
  return 1
}
