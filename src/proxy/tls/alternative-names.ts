import type { X509Certificate } from 'node:crypto'

export interface AlternativeName {
  readonly kind: 'dns' | 'uri' | 'email' | 'ip'
  readonly value: string
}

const kinds: Readonly<Record<string, AlternativeName['kind']>> = {
  DNS: 'dns',
  URI: 'uri',
  email: 'email',
  'IP Address': 'ip',
}

/**
 * The names of a certificate, in their order. Node writes them as a text, values with unusual characters as JSON strings; what
 * does not follow that is no name of anybody.
 */
export function alternativeNames({ subjectAltName }: X509Certificate): readonly AlternativeName[] {
  const names: AlternativeName[] = []
  const entry = /([A-Za-z][A-Za-z ]*):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y
  const text = subjectAltName ?? ''
  while (entry.lastIndex < text.length) {
    const [, label = '', written = ''] = entry.exec(text) ?? []
    if (label === '') return []
    const kind = kinds[label]
    const value = written.startsWith('"') ? readQuoted(written) : written
    if (kind && value !== undefined) names.push({ kind, value })
  }
  return names
}

function readQuoted(text: string): string | undefined {
  try {
    return String(JSON.parse(text))
  } catch {
    return undefined
  }
}
