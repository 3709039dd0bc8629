const powers = ['', 'k', 'M', 'G', 'T', 'P', 'E']

/** A quantity of Kubernetes in bytes: `32768`, `500Ki`, `10M`. Undefined: it is none, or no whole number of bytes. */
export function parseByteQuantity(quantity: string | number): number | undefined {
  const [, digits, unit = '', binary = ''] = /^(\d+)([kKMGTPE]?)(i?)$/.exec(String(quantity)) ?? []
  if (digits === undefined || (binary !== '' && unit === '')) return undefined
  const power = powers.indexOf(unit === 'K' ? 'k' : unit)
  return Number(digits) * (binary ? 1024 : 1000) ** power
}
