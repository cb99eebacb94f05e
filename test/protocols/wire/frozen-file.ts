/**
 * A file of frozen frames. Each one is three lines and an empty one:
 *
 *     <name>
 *       frame <hex>
 *       value <JSON, with bytes as {"hex": ...}>
 */
export interface FrozenFrame {
  readonly name: string
  readonly frame: Uint8Array
  readonly value: unknown
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

const isHex = (value: unknown): value is { readonly hex: string } =>
  typeof value === 'object' && value !== null && Object.keys(value).join() === 'hex'

/** JSON with bytes in it. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, item) => (item instanceof Uint8Array ? { hex: hexOf(item) } : item))

const parsed = (text: string): unknown =>
  JSON.parse(text, (_key, item) => (isHex(item) ? bytesOf(item.hex) : item))

export const writeFrozen = (title: string, frames: readonly FrozenFrame[]): string => {
  const blocks = frames.map(
    ({ name, frame, value }) => `${name}\n  frame ${hexOf(frame)}\n  value ${textOf(value)}\n`,
  )
  return [`# ${title}\n`, ...blocks].join('\n')
}

export const readFrozen = (text: string): readonly FrozenFrame[] => {
  const [, ...blocks] = text.split('\n\n')
  return blocks.map((block) => {
    const [name = '', frame = '', value = ''] = block.trimEnd().split('\n')
    return {
      name,
      frame: bytesOf(frame.slice('  frame '.length)),
      value: parsed(value.slice('  value '.length)),
    }
  })
}
