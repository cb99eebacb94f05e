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
export interface MemberDraft {
  readonly size: number
  get(node: NodeId): Member | undefined
  has(node: NodeId): boolean
  /** Puts a record in place of that of a member in the table. */
  replace(member: Member): void
  /** Puts others in place of all. */
  reset(members: readonly Member[]): void
  /** Those that fit, in their order. */
  filter(fits: (member: Member) => boolean): Member[]
  /** How many fit, counted up to `most`. */
  count(most: number, fits: (member: Member) => boolean): number
  current(): MemberTable
}

export const draftOfMembers = (base: MemberTable): MemberDraft => {
  let table = base
  let chunks: (readonly Member[])[] | null = null
  const copied = new Map<number, Member[]>()

  const writableChunk = (at: number): Member[] => {
    if (chunks === null) {
      chunks = [...table.chunks]
      table = { places: table.places, chunks }
    }
    const chunk = copied.get(at) ?? [...(chunks[at] as readonly Member[])]
    copied.set(at, chunk)
    chunks[at] = chunk
    return chunk
  }

  return {
    get size() {
      return table.places.size
    },
    get: (node) => memberIn(table, node),
    has: (node) => table.places.has(node),
    replace: (member) => {
      const place = table.places.get(member.node)
      if (place !== undefined) writableChunk(Math.floor(place / CHUNK))[place % CHUNK] = member
    },
    reset: (members) => {
      table = tableOf(members)
      chunks = null
      copied.clear()
    },
    filter: (fits) => {
      const fitting: Member[] = []
      for (const chunk of table.chunks) for (const member of chunk) if (fits(member)) fitting.push(member)
      return fitting
    },
    count: (most, fits) => {
      let count = 0
      for (const chunk of table.chunks)
        for (const member of chunk) if (fits(member) && ++count >= most) return count
      return count
    },
    current: () => table,
  }
}
