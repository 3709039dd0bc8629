import { networkInterfaces } from 'node:os'

/** All interfaces; IPv4 alone on machines without IPv6. */
export function everywhere(): string[] {
  const hasIPv6 = Object.values(networkInterfaces()).some((one) => one?.some(({ family }) => family === 'IPv6'))
  return [hasIPv6 ? '::' : '0.0.0.0']
}
