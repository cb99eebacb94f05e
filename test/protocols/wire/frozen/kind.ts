import type { MessageCodec } from '../../../../protocols/wire/index.ts'

export const A = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'
export const B = '12D3KooWSCufgHzV4fCwRijfH2k3abrpAJxTKxEvN1FDuRXA2U9x'
export const ADDRESS = '/ip4/192.0.2.7/tcp/7946'
export const REVISION = 'ab'.repeat(32)
export const bytes = (length: number, value = 7) => new Uint8Array(length).fill(value)

interface Kind<Message> {
  readonly codec: MessageCodec<Message>
  /** Name -> message. */
  readonly messages: Readonly<Record<string, Message>>
}

/** The messages of one codec, by their names. */
export const kind = <Message>(codec: MessageCodec<Message>, messages: Kind<Message>['messages']) => ({
  codec: codec as MessageCodec<unknown>,
  messages: messages as Readonly<Record<string, unknown>>,
})

/** Of one protocol, or of records. */
export type Kinds = readonly ReturnType<typeof kind>[]
