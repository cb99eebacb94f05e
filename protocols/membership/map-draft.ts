/** A map that is copied when it is first written to, so that a step that changes nothing copies nothing. */
export interface MapDraft<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
  delete(key: Key): void
  /** The present content; not to be kept while the draft is written to. */
  current(): ReadonlyMap<Key, Value>
}

export const draftOf = <Key, Value>(base: ReadonlyMap<Key, Value>): MapDraft<Key, Value> => {
  let copy: Map<Key, Value> | null = null
  const writable = (): Map<Key, Value> => {
    copy ??= new Map(base)
    return copy
  }
  const current = (): ReadonlyMap<Key, Value> => copy ?? base
  return {
    get: (key) => current().get(key),
    set: (key, value) => {
      writable().set(key, value)
    },
    delete: (key) => {
      if (current().has(key)) writable().delete(key)
    },
    current,
  }
}
