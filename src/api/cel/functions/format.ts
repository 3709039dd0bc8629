import { matchesFormat } from '../../schema/formats.ts'
import {
  dns1035LabelFaults,
  dns1123LabelFaults,
  dns1123SubdomainFaults,
  labelValueFaults,
  qualifiedNameFaults,
} from '../../schema/names.ts'
import { type Opaque, Optional, type Value, wantString } from '../value.ts'
import type { CelFunction, Library } from './library.ts'
import { isUrl } from './url.ts'

class Format implements Opaque {
  readonly celType = 'kubernetes.NamedFormat'
  readonly name: string
  readonly faults: (text: string) => readonly string[]

  constructor(name: string, faults: (text: string) => readonly string[]) {
    this.name = name
    this.faults = faults
  }

  equals(other: Value): boolean {
    return other instanceof Format && other.name === this.name
  }

  toString(): string {
    return this.name
  }
}

/** A prefix may end with the dash that a generated suffix follows. */
const asPrefix = (faults: (text: string) => readonly string[]) => (text: string) =>
  faults(text.endsWith('-') && text.length > 1 ? `${text.slice(0, -1)}a` : text)

const schemaFormat = (name: string, example: string) => (text: string) =>
  matchesFormat(name, text) ? [] : [`must be a ${name}, such as ${example}`]

const FORMATS: readonly Format[] = [
  new Format('dns1123Label', dns1123LabelFaults),
  new Format('dns1123Subdomain', dns1123SubdomainFaults),
  new Format('dns1035Label', dns1035LabelFaults),
  new Format('dns1123LabelPrefix', asPrefix(dns1123LabelFaults)),
  new Format('dns1123SubdomainPrefix', asPrefix(dns1123SubdomainFaults)),
  new Format('dns1035LabelPrefix', asPrefix(dns1035LabelFaults)),
  new Format('qualifiedName', qualifiedNameFaults),
  new Format('labelValue', labelValueFaults),
  new Format('uri', (text) => (isUrl(text) ? [] : ['must be an absolute URI, such as https://example.com/'])),
  new Format('uuid', schemaFormat('uuid', '123e4567-e89b-12d3-a456-426614174000')),
  new Format('byte', schemaFormat('byte', 'aGVsbG8=')),
  new Format('date', schemaFormat('date', '2026-01-31')),
  new Format('datetime', schemaFormat('date-time', '2026-01-31T12:00:00Z')),
]

const byName: ReadonlyMap<string, Format> = new Map(FORMATS.map((format) => [format.name, format]))

function validate(format: Value, text: Value): Optional {
  const faults = (format as Format).faults(wantString(text, 'validate'))
  return faults.length === 0 ? Optional.none : new Optional(faults)
}

function named(name: Value): Optional {
  const format = byName.get(wantString(name, 'format.named'))
  return format === undefined ? Optional.none : new Optional(format)
}

/** Kubernetes' format library: `validate` gives none for a good value, else the list of faults. */
export const formatLibrary: Library = {
  functions: {
    'format.named': named,
    ...Object.fromEntries(FORMATS.map((format): [string, CelFunction] => [`format.${format.name}`, () => format])),
  },
  methods: { validate: { 'kubernetes.NamedFormat': validate } },
}
