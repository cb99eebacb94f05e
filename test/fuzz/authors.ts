/** Members with real keys, the same in every run, so that a signed frame can be made again. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { concat, fromString, toString as textOf } from 'uint8arrays'
import { createSigning } from '../../node/intent/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

const PRIVATE_KEY_PREFIX = fromString('302e020100300506032b657004220420', 'base16')
const ID_PREFIX = fromString('002408011220', 'base16')
const KEY_BYTES = 32

export interface Author extends ReturnType<typeof createSigning> {
  readonly node: NodeId
}

const authorOf = (number: number): Author => {
  const seed = new Uint8Array(KEY_BYTES).fill(number)
  const key = createPrivateKey({
    key: Buffer.from(concat([PRIVATE_KEY_PREFIX, seed])),
    format: 'der',
    type: 'pkcs8',
  })
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const node = textOf(concat([ID_PREFIX, der.subarray(-KEY_BYTES)]), 'base58btc')
  return { node, ...createSigning(seed) }
}

/** Seven members; the first one is the node itself wherever one is fuzzed. */
export const AUTHORS: readonly Author[] = [1, 2, 3, 4, 5, 6, 7].map(authorOf)
export const [SELF, ...OTHERS] = AUTHORS as [Author, ...Author[]]
/** A key that no mesh knows. */
export const STRANGER = authorOf(99)

/** The pattern of node ids in a schema. */
export const NODE_PATTERN = '^[1-9A-HJ-NP-Za-km-z]+$'
export const NODES: readonly NodeId[] = AUTHORS.map(({ node }) => node)
