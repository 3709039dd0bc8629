import type { Crd, CrdSchema } from './read-crds.ts'

// The set that RFC 9110 5.6.2 calls token, as Gateway API writes it for headers and cookies.
const token = "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$"
const name: CrdSchema = { type: 'string', minLength: 1, maxLength: 256, pattern: token }

/** What Gateway API's main branch writes for `sessionName` and `cookieConfig` of v1.6. */
const mainSession: Readonly<Record<string, CrdSchema>> = {
  cookie: {
    type: 'object',
    properties: {
      lifetimeType: { type: 'string', enum: ['Permanent', 'Session'], default: 'Session' },
      name,
      path: { type: 'string', maxLength: 1024, default: '/' },
    },
  },
  header: { type: 'object', properties: { name }, required: ['name'] },
}

const mainRules = [
  {
    rule: "!has(self.cookie) || self.cookie.lifetimeType != 'Permanent' || has(self.absoluteTimeout)",
    message: 'AbsoluteTimeout must be specified when cookie lifetimeType is Permanent',
  },
  { rule: "!has(self.cookie) || self.type == 'Cookie'", message: 'cookie must be nil if type is not Cookie' },
  { rule: "!has(self.header) || self.type == 'Header'", message: 'header must be nil if type is not Header' },
  {
    rule: '!(has(self.cookie) || has(self.header)) || !(has(self.cookieConfig) || has(self.sessionName))',
    message: 'cookie and header replace sessionName and cookieConfig: use one or the other',
  },
]

/** The schema of a release, wider by the shapes that its successor has: manifests written for either are understood. */
export function addMainShapes(crd: Crd): Crd {
  return {
    ...crd,
    versions: crd.versions.map((version) => ({
      ...version,
      schema: { openAPIV3Schema: widen(version.schema.openAPIV3Schema) },
    })),
  }
}

function widen(schema: CrdSchema): CrdSchema {
  const { properties, items } = schema
  if (properties?.sessionName) return widenSession(schema)
  const widened = Object.entries(properties ?? {}).map(([name, one]) => [name, widen(one)])
  return {
    ...schema,
    ...(properties && { properties: Object.fromEntries(widened) as Record<string, CrdSchema> }),
    ...(items && { items: widen(items) }),
  }
}

function widenSession(schema: CrdSchema): CrdSchema {
  const properties = Object.entries({ ...schema.properties, ...mainSession }).sort(([a], [b]) => (a < b ? -1 : 1))
  const rules = (schema['x-kubernetes-validations'] ?? []) as readonly object[]
  return {
    ...schema,
    properties: Object.fromEntries(properties),
    'x-kubernetes-validations': [...rules, ...mainRules],
  }
}
