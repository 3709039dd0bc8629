import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filterOrder, slotFields } from '../../src/features/order.ts'
import { supports as trunk } from '../../src/features/trunk-supports.ts'

/** What the generator knows of a feature. */
export interface Slice {
  /** `requestMirror`: its kind, and the name of what its files export. */
  readonly kind: string
  /** `request-mirror`: its folder in src/features. */
  readonly folder: string
  readonly sort: 'filter' | 'slot'
  readonly supports: readonly string[]
}

export interface Slices {
  /** In the order of order.ts, filters before slots. */
  readonly slices: readonly Slice[]
  readonly trunk: readonly string[]
}

/** Reads the lists of order.ts and what each slice says it supports. A missing folder is an error that names it. */
export async function readSlices(root: string): Promise<Slices> {
  const slices: Slice[] = []
  for (const [sort, kinds] of [
    ['filter', filterOrder],
    ['slot', slotFields],
  ] as const) {
    for (const kind of kinds) {
      const folder = kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      const file = join(root, 'src/features', folder, 'supports.ts')
      if (!existsSync(file))
        throw new Error(`order.ts lists '${kind}', but src/features/${folder}/supports.ts does not exist`)
      const { supports } = (await import(file)) as { supports: readonly string[] }
      slices.push({ kind, folder, sort, supports })
    }
  }
  return { slices, trunk }
}
