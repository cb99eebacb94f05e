/** Reads what OpenSSH writes: numbers of 32 bits and strings with their length before them (RFC 4251, section 5). */
import { toString as textOf } from 'uint8arrays'

export interface SshReader {
  /** The next `count` bytes. */
  take(count: number): Uint8Array
  number(): number
  bytes(): Uint8Array
  text(): string
  /** Nothing may follow. */
  end(): void
}

const LENGTH_BYTES = 4

/** `refuse` makes the error of bytes that are not there, or too many. */
export const readSsh = (bytes: Uint8Array, refuse: (detail: string) => Error): SshReader => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (count: number): Uint8Array => {
    if (count > bytes.byteLength - at) throw refuse('it ends too early')
    at += count
    return bytes.subarray(at - count, at)
  }
  const number = (): number => {
    take(LENGTH_BYTES)
    return view.getUint32(at - LENGTH_BYTES)
  }
  const string = (): Uint8Array => take(number())
  return {
    take,
    number,
    bytes: string,
    // Names of algorithms and namespaces are of ASCII; whatever else stands there equals none of them.
    text: () => textOf(string(), 'latin1'),
    end: () => {
      if (at < bytes.byteLength) throw refuse('something follows its end')
    },
  }
}

/** A string with its length before it. */
export const sshString = (value: Uint8Array): Uint8Array => {
  const framed = new Uint8Array(LENGTH_BYTES + value.byteLength)
  new DataView(framed.buffer).setUint32(0, value.byteLength)
  framed.set(value, LENGTH_BYTES)
  return framed
}
