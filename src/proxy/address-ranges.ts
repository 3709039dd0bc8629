import { BlockList, isIP } from 'node:net'
import type { Cidr } from '#ir'

const mapped = /^::ffff:(?=\d+\.)/i

/** Whether an address is in one of the ranges. What is no address is in none. */
export function compileRanges(ranges: readonly Cidr[]): (address: string) => boolean {
  // One list for both would take IPv4 for a part of ::/0.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const { address, length } of ranges) {
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    lists[family].addSubnet(address, length, family)
  }
  return (written) => {
    // A socket of both families tells IPv4 in the clothes of IPv6 (RFC 4291 2.5.5.2).
    const address = written.replace(mapped, '')
    const version = isIP(address)
    if (version === 0) return false
    const family = version === 4 ? 'ipv4' : 'ipv6'
    return lists[family].check(address, family)
  }
}
