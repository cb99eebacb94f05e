/** What was read last of packed records, so that what is asked for again and again is not read each time. */

/** Encoded bytes kept, read: of revisions of 400 bytes 2,600, which is more than a round of anything looks at. */
const BYTES_MAX = 1024 * 1024

export interface Recent<Item> {
  get(name: string): Item | undefined
  set(name: string, item: Item): void
  delete(name: string): void
}

export const createRecent = <Item extends { readonly bytes: Uint8Array }>(): Recent<Item> => {
  const items = new Map<string, Item>()
  let bytes = 0
  const remove = (name: string): void => {
    bytes -= items.get(name)?.bytes.byteLength ?? 0
    items.delete(name)
  }
  return {
    get: (name) => {
      const item = items.get(name)
      if (item === undefined) return undefined
      // Last in order again.
      items.delete(name)
      items.set(name, item)
      return item
    },
    set: (name, item) => {
      remove(name)
      items.set(name, item)
      bytes += item.bytes.byteLength
      for (const oldest of items.keys()) {
        if (bytes <= BYTES_MAX) break
        remove(oldest)
      }
    },
    delete: remove,
  }
}
