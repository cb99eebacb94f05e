/** What was read last of packed records, so that what is asked for again and again is not read each time. */

/**
 * Encoded bytes of half of it: of revisions of 400 bytes 320, which is more than a round of anything looks at. Not more, for what
 * is remembered so long that V8 takes it for old is garbage of the kind that is collected late.
 */
const HALF_BYTES_MAX = 128 * 1024

export interface Recent<Item> {
  get(name: string): Item | undefined
  set(name: string, item: Item): void
  delete(name: string): void
}

/** In two halves: once the newer one is full, it is the older one, and what nobody asked for since then is gone. */
export const createRecent = <Item extends { readonly bytes: Uint8Array }>(): Recent<Item> => {
  let newer = new Map<string, Item>()
  let older = newer
  let bytes = 0

  const set = (name: string, item: Item): void => {
    newer.set(name, item)
    bytes += item.bytes.byteLength
    if (bytes < HALF_BYTES_MAX) return
    older = newer
    newer = new Map()
    bytes = 0
  }
  return {
    get: (name) => {
      const item = newer.get(name)
      if (item !== undefined) return item
      const former = older.get(name)
      if (former !== undefined) set(name, former)
      return former
    },
    set,
    delete: (name) => {
      newer.delete(name)
      older.delete(name)
    },
  }
}
