/** A range of addresses: those that begin with the same bits as `address`. */
export interface Cidr {
  readonly address: string
  readonly length: number
}
