/**
 * Everybody in the roster but the node itself, in the roster's order. A step that changes one member copies 32 of
 * them and no more: in a mesh of 1,000 a copy of all would cost more than all else that an answered ping does.
 */
import type { NodeId } from '../wire/index.ts'
import type { Member } from './state.ts'

export interface MemberTable {
  readonly places: ReadonlyMap<NodeId, number>
  readonly chunks: readonly (readonly Member[])[]
}

const CHUNK = 32

export const tableOf = (members: readonly Member[]): MemberTable => ({
  places: new Map(members.map(({ node }, place) => [node, place])),
  chunks: Array.from({ length: Math.ceil(members.length / CHUNK) }, (_, at) =>
    members.slice(at * CHUNK, (at + 1) * CHUNK),
  ),
})

export const memberIn = ({ places, chunks }: MemberTable, node: NodeId): Member | undefined => {
  const place = places.get(node)
  return place === undefined ? undefined : chunks[Math.floor(place / CHUNK)]?.[place % CHUNK]
}

/** A table that is copied, chunk by chunk, when it is first written to. */
export class MemberDraft {
  #table: MemberTable
  /** Null until the first change. */
  #chunks: (readonly Member[])[] | null = null
  #copied: Map<number, Member[]> | null = null

  constructor(base: MemberTable) {
    this.#table = base
  }

  get size(): number {
    return this.#table.places.size
  }

  get(node: NodeId): Member | undefined {
    return memberIn(this.#table, node)
  }

  has(node: NodeId): boolean {
    return this.#table.places.has(node)
  }

  /** Puts a record in place of that of a member in the table. */
  replace(member: Member): void {
    const place = this.#table.places.get(member.node)
    if (place !== undefined) this.#writableChunk(Math.floor(place / CHUNK))[place % CHUNK] = member
  }

  /** Puts others in place of all. */
  reset(members: readonly Member[]): void {
    this.#table = tableOf(members)
    this.#chunks = null
    this.#copied = null
  }

  /** Those that fit, in their order. */
  filter(fits: (member: Member) => boolean): Member[] {
    const fitting: Member[] = []
    for (const chunk of this.#table.chunks) for (const member of chunk) if (fits(member)) fitting.push(member)
    return fitting
  }

  /** How many fit, counted up to `most`. */
  count(most: number, fits: (member: Member) => boolean): number {
    let count = 0
    for (const chunk of this.#table.chunks)
      for (const member of chunk) if (fits(member) && ++count >= most) return count
    return count
  }

  current(): MemberTable {
    return this.#table
  }

  #writableChunk(at: number): Member[] {
    if (this.#chunks === null) {
      this.#chunks = [...this.#table.chunks]
      this.#table = { places: this.#table.places, chunks: this.#chunks }
    }
    this.#copied ??= new Map()
    const known = this.#copied.get(at)
    if (known !== undefined) return known
    const chunk = [...(this.#chunks[at] as readonly Member[])]
    this.#copied.set(at, chunk)
    this.#chunks[at] = chunk
    return chunk
  }
}
