/** How much more the catalogue may take. See docs/design/documents.md. */
import type { Catalogue, RevisionBody } from '../../crdt/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { CATALOGUE_RESERVE } from './limits.ts'

export class Room {
  readonly #catalogue: Pick<Catalogue, 'bytes'>
  readonly #bytesMax: number

  constructor(catalogue: Pick<Catalogue, 'bytes'>, bytesMax: number) {
    this.#catalogue = catalogue
    this.#bytesMax = bytesMax
  }

  /** Whether what others wrote, and nobody asked for by name, is still taken. */
  isOpen(): boolean {
    return this.#catalogue.bytes < this.#bytesMax * CATALOGUE_RESERVE
  }

  /** Judges an edit of this node's own: what adds ends at the limit, what makes room goes into the reserve. @throws `documentFull` */
  checkEdit({ type }: RevisionBody): void {
    const adds = type === 'spec' && this.#catalogue.bytes >= this.#bytesMax
    if (adds || !this.isOpen()) throw this.full()
  }

  full(): CoterieError {
    return new CoterieError('documentFull', { bytes: this.#catalogue.bytes, bytesMax: this.#bytesMax })
  }
}
