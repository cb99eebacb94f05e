/** A map that is copied when it is first written to, so that a step that changes nothing copies nothing. */
export class MapDraft<Key, Value> {
  #map: ReadonlyMap<Key, Value>
  #copy: Map<Key, Value> | null = null

  constructor(base: ReadonlyMap<Key, Value>) {
    this.#map = base
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key)
  }

  set(key: Key, value: Value): void {
    this.#writable().set(key, value)
  }

  delete(key: Key): void {
    if (this.#map.has(key)) this.#writable().delete(key)
  }

  /** The present content; not to be kept while the draft is written to. */
  current(): ReadonlyMap<Key, Value> {
    return this.#map
  }

  #writable(): Map<Key, Value> {
    if (this.#copy === null) {
      this.#copy = new Map(this.#map)
      this.#map = this.#copy
    }
    return this.#copy
  }
}
