import type { Line } from './line.ts'

/** The last lines, whose numbers follow each other, up to so many characters. */
export class LastLines {
  readonly #lengthMax: number
  #lines: Line[] = []
  /** Lines at the begin of the array that are let go already. */
  #gone = 0
  #length = 0

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax
  }

  /** The number of the oldest one here; null where there is none. */
  get first(): number | null {
    return this.#lines[this.#gone]?.sequence ?? null
  }

  add(line: Line): void {
    this.#lines.push(line)
    this.#length += line.text.length
    while (this.#length > this.#lengthMax) this.#letGo()
  }

  /** The line of that number, or null. */
  at(sequence: number): Line | null {
    const { first } = this
    if (first === null || sequence < first) return null
    return this.#lines[this.#gone + sequence - first] ?? null
  }

  #letGo(): void {
    this.#length -= this.#lines[this.#gone]?.text.length ?? 0
    this.#gone += 1
    // Seldom, so that each line is moved about once.
    if (this.#gone * 2 <= this.#lines.length) return
    this.#lines = this.#lines.slice(this.#gone)
    this.#gone = 0
  }
}
