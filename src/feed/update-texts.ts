import { type Collection, collections } from './collections.ts'
import type { Hashes, ListChanges } from './gateway-slice.ts'
import { itemText } from './item-text.ts'

/** A message is closed when it is this long, so that making one does not hold up the others. */
const enough = 65_536
const deletionsPerMessage = 1_000

/** An update as the texts of its messages, each made when it is asked for. */
export function* updateTexts(
  lists: Readonly<Record<Collection, ListChanges>>,
  version: number,
  hashes: Hashes,
): Generator<string> {
  yield JSON.stringify({ kind: 'begin', whole: collections.filter((collection) => lists[collection].whole) })
  for (const collection of collections) {
    const { put, delete: gone } = lists[collection]
    for (let at = 0; at < gone.length; at += deletionsPerMessage)
      yield itemsText(collection, [], gone.slice(at, at + deletionsPerMessage))
    let texts: string[] = []
    let length = 0
    for (const item of put) {
      const text = itemText(item)
      texts.push(text)
      length += text.length
      if (length < enough && item !== put.at(-1)) continue
      yield itemsText(collection, texts, [])
      texts = []
      length = 0
    }
  }
  yield JSON.stringify({ kind: 'end', version, hashes })
}

function itemsText(of: Collection, put: readonly string[], gone: readonly string[]): string {
  return `{"kind":"items","of":"${of}","put":[${put.join(',')}],"delete":${JSON.stringify(gone)}}`
}
