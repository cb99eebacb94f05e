import { type TUnsafe, Type } from 'typebox'

/**
 * Schema of a byte string with bounds on its length; JSON Schema has none, so this one is for CBOR only. The bounds stand
 * in it as `bytesMin` and `bytesMax`, for those who read schemas.
 */
export const BytesSchema = (bytesMin: number, bytesMax: number): TUnsafe<Uint8Array> =>
  Type.Refine(
    Type.Unsafe<Uint8Array>({ bytesMin, bytesMax }),
    (value: unknown) =>
      value instanceof Uint8Array && value.byteLength >= bytesMin && value.byteLength <= bytesMax,
    () => `must be ${bytesMin} to ${bytesMax} bytes`,
  )
