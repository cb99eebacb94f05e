/**
 * The bytes of many records side by side in large blocks: an array of its own for each would weigh half as much again.
 *
 * In a block: `record = place name length, bytes length, name, bytes`, with places and lengths as big endian numbers of 4, 2
 * and 4 bytes. What was written is never changed, so a view of it stays what it was, also after the record is dropped.
 */

/** The largest block; smaller ones come first, for most stores hold little. */
const BLOCK_BYTES_MAX = 1024 * 1024
const BLOCK_BYTES_FIRST = 8 * 1024

const HEAD_BYTES = 10

/** A block of which less counts is emptied into the last one: changes cost at most a third more memory, and four copies each. */
const LIVE_LEAST = 0.75

interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly view: DataView
  /** How far it is written, and how much of that still counts. */
  used: number
  live: number
}

/** Where a record lies: the number of its block, times the size of the largest, and its offset there. */
export type Address = number

/** All that blocks are made of. */
export interface RecordBlocksState {
  readonly blocks: readonly (Pick<Block, 'bytes' | 'used' | 'live'> | null)[]
  readonly last: number
  readonly bytes: number
  readonly ended: readonly number[]
}

export interface RecordBlocks {
  /** What all records and their heads take up. */
  readonly bytes: number
  /** What others may begin with; these are not to be used any more. */
  state(): RecordBlocksState
  /** `place` is the caller's own number for it. */
  put(place: number, name: Uint8Array, bytes: Uint8Array): Address
  /** A view, not to be changed. */
  name(address: Address): Uint8Array
  /** A view, not to be changed. */
  get(address: Address): Uint8Array
  drop(address: Address): void
}

const NO_BLOCKS: RecordBlocksState = { blocks: [], last: -1, bytes: 0, ended: [] }

const openBlock = (bytes: Uint8Array<ArrayBuffer>, used = 0, live = 0): Block => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset),
  used,
  live,
})

/** `moved` is told of each record that lies elsewhere from now on; `addressOf` is where the caller has a place's record. */
export const createRecordBlocks = (
  caller: {
    addressOf(place: number): Address | null
    moved(place: number, address: Address): void
  },
  first: RecordBlocksState = NO_BLOCKS,
): RecordBlocks => {
  const blocks = first.blocks.map((block) => block && openBlock(block.bytes, block.used, block.live))
  /** The one that is written now. */
  let last = first.last
  let bytes = first.bytes
  /** To be looked at when something is dropped next: much may have been dropped of each while it was written. */
  const ended = [...first.ended]

  const blockOf = (address: Address): { block: Block; number: number; at: number } => {
    const number = Math.floor(address / BLOCK_BYTES_MAX)
    return { block: blocks[number] as Block, number, at: address % BLOCK_BYTES_MAX }
  }

  const begin = (bytesLeast: number): Block => {
    const size = Math.min(BLOCK_BYTES_MAX, 2 * (blocks[last]?.bytes.byteLength ?? BLOCK_BYTES_FIRST / 2))
    const block = openBlock(new Uint8Array(Math.max(size, bytesLeast)))
    const gap = blocks.indexOf(null)
    ended.push(last)
    last = gap === -1 ? blocks.length : gap
    blocks[last] = block
    return block
  }

  /** Room for a record at the end of the last block. */
  const reserve = (size: number): { block: Block; address: Address } => {
    const present = blocks[last]
    const block = present && present.used + size <= present.bytes.byteLength ? present : begin(size)
    const address = last * BLOCK_BYTES_MAX + block.used
    block.used += size
    block.live += size
    bytes += size
    return { block, address }
  }

  const sizeAt = ({ view }: Block, at: number): number =>
    HEAD_BYTES + view.getUint16(at + 4) + view.getUint32(at + 6)

  const isSparse = (number: number): boolean => {
    const block = blocks[number]
    return number !== last && !!block && block.live < LIVE_LEAST * block.used
  }

  /** Copies what still counts of a block to the end, and lets go of it. */
  const empty = (number: number): void => {
    const block = blocks[number] as Block
    for (let at = 0; at < block.used; at += sizeAt(block, at)) {
      const place = block.view.getUint32(at)
      if (caller.addressOf(place) !== number * BLOCK_BYTES_MAX + at) continue
      const size = sizeAt(block, at)
      const { block: to, address } = reserve(size)
      to.bytes.set(block.bytes.subarray(at, at + size), address % BLOCK_BYTES_MAX)
      caller.moved(place, address)
    }
    bytes -= block.live
    blocks[number] = null
  }

  return {
    get bytes() {
      return bytes
    },
    state: () => ({
      blocks: blocks.map((block) => block && { bytes: block.bytes, used: block.used, live: block.live }),
      last,
      bytes,
      ended,
    }),
    put: (place, name, record) => {
      const { block, address } = reserve(HEAD_BYTES + name.byteLength + record.byteLength)
      const at = address % BLOCK_BYTES_MAX
      block.view.setUint32(at, place)
      block.view.setUint16(at + 4, name.byteLength)
      block.view.setUint32(at + 6, record.byteLength)
      block.bytes.set(name, at + HEAD_BYTES)
      block.bytes.set(record, at + HEAD_BYTES + name.byteLength)
      return address
    },
    name: (address) => {
      const { block, at } = blockOf(address)
      const from = at + HEAD_BYTES
      return block.bytes.subarray(from, from + block.view.getUint16(at + 4))
    },
    get: (address) => {
      const { block, at } = blockOf(address)
      const from = at + HEAD_BYTES + block.view.getUint16(at + 4)
      return block.bytes.subarray(from, from + block.view.getUint32(at + 6))
    },
    drop: (address) => {
      const { block, number, at } = blockOf(address)
      const size = sizeAt(block, at)
      block.live -= size
      bytes -= size
      ended.push(number)
      for (let each = ended.pop(); each !== undefined; each = ended.pop()) if (isSparse(each)) empty(each)
    },
  }
}
