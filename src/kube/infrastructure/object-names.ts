import { createHash } from 'node:crypto'

const longestLabel = 63
// A Pod's name has a hash of the template and one of its own behind that of its Deployment, and is a host name.
const longestName = 46

export const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name'
export const classNameLabel = 'gateway.networking.k8s.io/gateway-class-name'
/** On everything that is made: which controller made it. */
export const controllerLabel = 'gateway.headgate.dev/controller'

/**
 * What everything is called that is made for a Gateway: `NAME-CLASS` (GEP-1762). The names of Services are the narrowest:
 * a letter first, no dots (RFC 1035). Where that has to be bent a digest keeps names apart.
 */
export function infrastructureName(gateway: string, className: string): string {
  const wanted = `${gateway}-${className}`
  const letters = wanted.replaceAll('.', '-')
  const name = /^[a-z]/.test(letters) ? letters : `gw-${letters}`
  return name === wanted && name.length <= longestName ? name : withDigest(name, wanted, longestName)
}

/** The name itself where it may stand in a label. */
export function labelValue(name: string): string {
  return name.length <= longestLabel ? name : withDigest(name, name, longestLabel)
}

function withDigest(name: string, of: string, length: number): string {
  const digest = createHash('sha256').update(of).digest('hex').slice(0, 8)
  return `${name.slice(0, length - digest.length - 1).replace(/[^a-z0-9]+$/, '')}-${digest}`
}
