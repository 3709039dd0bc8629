import type { Crd, CrdSchema } from './read-crds.ts'

/** Where we take more than Envoy Gateway's CRDs do, as the YAML of the CRD reads. Each with its reason. */
const departures: Readonly<Record<string, (schema: CrdSchema) => CrdSchema>> = {
  // Its pattern leaves out `::1`, which is where a local backend may well listen.
  'Backend.spec.endpoints[].ip.address': ({ type }) => ({
    type: type!,
    'x-kubernetes-validations': [
      { rule: 'isIP(self)', message: 'must be an IPv4 or IPv6 address; a host name goes to fqdn' },
    ],
  }),
}

/** The CRD with our departures in it. */
export function withOurs(crd: Crd): Crd {
  return {
    ...crd,
    versions: crd.versions.map((version) => ({
      ...version,
      schema: { openAPIV3Schema: walk(version.schema.openAPIV3Schema, crd.kind) },
    })),
  }
}

function walk(schema: CrdSchema, path: string): CrdSchema {
  const departure = departures[path]
  if (departure) return departure(schema)
  return {
    ...schema,
    ...(schema.items && { items: walk(schema.items, `${path}[]`) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, value]) => [name, walk(value, `${path}.${name}`)]),
      ),
    }),
  }
}
