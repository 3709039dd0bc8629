import { createHash } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { Gateway, ObjectChange } from '#api'

/**
 * Gives each Gateway an address of its own, for as long as it lives: what its status says it has, or a free one that its
 * name picks, so that the same Gateways get the same addresses again.
 */
export class AddressPool {
  readonly #range: AddressRange
  readonly #byGateway = new Map<string, string>()
  readonly #owners = new Map<string, string>()
  /** Addresses that Gateways ask for by name. */
  readonly #named = new Map<string, readonly string[]>()

  constructor(range: AddressRange) {
    this.#range = range
  }

  /** Sees which addresses are taken already; to be called before the Gateways of the batch get theirs. */
  note(changes: readonly ObjectChange[], statusOf: (change: ObjectChange) => unknown): void {
    for (const change of changes) {
      if (!change.key.startsWith('Gateway/')) continue
      const name = change.key.slice('Gateway/'.length)
      if (change.kind === 'delete') this.#release(name)
      else {
        this.#named.set(name, valuesOf((change.object as Gateway).spec.addresses))
        this.#keep(name, addressesOf(statusOf(change)))
      }
    }
  }

  /** @returns undefined when all are taken */
  readonly addressFor = (gateway: string): string | undefined => {
    const known = this.#byGateway.get(gateway)
    if (known !== undefined) return known
    const { first, count } = this.#range
    const named = new Set([...this.#named.values()].flat())
    const start = createHash('sha256').update(gateway).digest().readUInt32BE(0) % count
    for (let i = 0; i < count; i++) {
      const address = formatAddress(first + ((start + i) % count))
      if (this.#owners.has(address) || named.has(address)) continue
      this.#take(gateway, address)
      return address
    }
    return undefined
  }

  #keep(gateway: string, inStatus: readonly string[]): void {
    if (this.#byGateway.has(gateway)) return
    const named = this.#named.get(gateway) ?? []
    const own = inStatus.find((address) => this.#has(address) && !named.includes(address) && !this.#owners.has(address))
    if (own !== undefined) this.#take(gateway, own)
  }

  #take(gateway: string, address: string): void {
    this.#byGateway.set(gateway, address)
    this.#owners.set(address, gateway)
  }

  #release(gateway: string): void {
    const address = this.#byGateway.get(gateway)
    this.#byGateway.delete(gateway)
    this.#named.delete(gateway)
    if (address !== undefined) this.#owners.delete(address)
  }

  #has(address: string): boolean {
    if (!isIPv4(address)) return false
    const offset = parseAddress(address) - this.#range.first
    return offset >= 0 && offset < this.#range.count
  }
}

export interface AddressRange {
  /** As a number. */
  readonly first: number
  readonly count: number
}

/** `10.1.2.0/24` -> the addresses of machines in it; undefined when it is no IPv4 range with any. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', bits = '32', ...rest] = text.split('/')
  if (!isIPv4(address) || !/^\d+$/.test(bits) || Number(bits) > 32 || Number(bits) < 8 || rest.length > 0)
    return undefined
  const size = 2 ** (32 - Number(bits))
  const base = parseAddress(address)
  const start = base - (base % size)
  // The first and the last of a network are not for machines (RFC 1122, 3.2.1.3), except where there are only these.
  return size > 2 ? { first: start + 1, count: size - 2 } : { first: start, count: size }
}

function parseAddress(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

function addressesOf(status: unknown): readonly string[] {
  return valuesOf((status as { readonly addresses?: readonly { readonly value?: string }[] } | undefined)?.addresses)
}

function valuesOf(addresses: readonly { readonly value?: string }[] | undefined): readonly string[] {
  return (addresses ?? []).flatMap(({ value }) => (value ? [value] : []))
}
