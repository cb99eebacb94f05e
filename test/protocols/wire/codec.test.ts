import assert from 'node:assert/strict'
import { Type } from 'typebox'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { defineMessage } from '../../../protocols/wire/index.ts'

const ping = defineMessage(
  'ping',
  Type.Object({
    sequence: Type.Integer({ minimum: 0 }),
    note: Type.Optional(Type.String()),
  }),
)
const refused = (error: unknown) => isCoterieError(error, 'malformedMessage')

describe('message codec', () => {
  it('round-trips what fits the schema', () => {
    assert.deepEqual(ping.decode(ping.encode({ sequence: 7 })), {
      sequence: 7,
    })
  })

  it('gives plain bytes at every length, so that whoever keeps them finds no Buffer', () => {
    const note = (length: number) => ping.encode({ sequence: 1, note: 'n'.repeat(length) })
    for (let length = 0; length < 600; length++) assert.equal(note(length).constructor, Uint8Array)
  })

  it('tolerates a field that a newer node added', () => {
    const newer = defineMessage('ping', Type.Object({ sequence: Type.Integer(), colour: Type.String() }))
    assert.equal(ping.decode(newer.encode({ sequence: 1, colour: 'red' })).sequence, 1)
  })

  for (const [what, bytes] of [
    ['nothing', []],
    ['an unfinished map', [0xa1]],
    ['bytes after the value', [0xa1, 0x68, ...Buffer.from('sequence'), 0x01, 0x00]],
    ['a key twice', [0xa2, 0x68, ...Buffer.from('sequence'), 0x01, 0x68, ...Buffer.from('sequence'), 0x02]],
    ['an indefinite map', [0xbf, 0x68, ...Buffer.from('sequence'), 0x01, 0xff]],
    ['a negative sequence', [0xa1, 0x68, ...Buffer.from('sequence'), 0x20]],
    ['a string where a map belongs', [0x61, 0x61]],
    [
      'an integer beyond the safe ones, also in a field that it does not know',
      [0xa2, 0x68, ...Buffer.from('sequence'), 0x01, 0x61, 0x78, 0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0],
    ],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => ping.decode(Uint8Array.from(bytes)), refused))
  }
})
