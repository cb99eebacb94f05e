import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import type { Packing } from './types.ts'

const deflate = promisify<Uint8Array, { level: number }, Buffer>(deflateRaw)
const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw)

/** Records repeat each other: the lowest level already takes three quarters away. */
const LEVEL = 3

/** DEFLATE (RFC 1951), off the event loop. The same bytes may pack otherwise elsewhere: nothing is named by what is packed. */
export const zlibPacking: Packing = {
  pack: async (bytes) => new Uint8Array(await deflate(bytes, { level: LEVEL })),
  unpack: async (packed, bytesMax) => new Uint8Array(await inflate(packed, { maxOutputLength: bytesMax })),
}
