/**
 * Frames as they were when they were frozen: what another version of this program sends and understands. They are
 * written anew only on request: COTERIE_FREEZE_WIRE=1 mocha test/protocols/wire/frozen.test.ts
 */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decode as cborDecode, encode as cborEncode } from 'cborg'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import {
  createMembership,
  MEMBERSHIP_TIMINGS,
  type MembershipMessage,
  membershipCodec,
  step,
} from '../../../protocols/membership/index.ts'
import type { MessageCodec } from '../../../protocols/wire/index.ts'
import { FROZEN } from './frozen/index.ts'
import type { Kinds } from './frozen/kind.ts'
import { readFrozen, writeFrozen } from './frozen-file.ts'

const SELF = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'
const PEER = '12D3KooWSCufgHzV4fCwRijfH2k3abrpAJxTKxEvN1FDuRXA2U9x'

const FOLDER = fileURLToPath(new URL('../../fixtures/wire/', import.meta.url))
const fileOf = (protocol: string): string => join(FOLDER, `${protocol}.txt`)

const freeze = (protocol: string, kinds: Kinds): void => {
  const frames = kinds.flatMap(({ codec, messages }) =>
    Object.entries(messages).map(([name, value]) => ({ name, frame: codec.encode(value), value })),
  )
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(fileOf(protocol), writeFrozen(protocol, frames))
}

if (process.env.COTERIE_FREEZE_WIRE === '1')
  for (const [protocol, kinds] of Object.entries(FROZEN)) freeze(protocol, kinds)

const codecOf = (kinds: Kinds, name: string): MessageCodec<unknown> => {
  const found = kinds.find(({ messages }) => name in messages)
  return found?.codec ?? assert.fail(`nobody speaks of "${name}" any more`)
}

/** Every `type` or `state` that a schema's union tells apart. */
const wordsIn = (schema: unknown): readonly string[] => {
  if (typeof schema !== 'object' || schema === null) return []
  const { anyOf, properties } = schema as { anyOf?: unknown[]; properties?: Record<string, unknown> }
  const own = Object.entries(properties ?? {}).flatMap(([key, property]) =>
    key === 'type' || key === 'state' ? literalsIn(property) : wordsIn(property),
  )
  return [...own, ...(anyOf ?? []).flatMap(wordsIn)]
}

const literalsIn = (schema: unknown): readonly string[] => {
  const { const: literal, anyOf } = schema as { const?: string; anyOf?: unknown[] }
  return literal === undefined ? (anyOf ?? []).flatMap(literalsIn) : [literal]
}

const isRefused = (error: unknown): boolean => isCoterieError(error, 'malformedMessage')

/** Fields whose keys are names and no words of a version. */
const TABLES = new Set(['stores', 'storesOutgoing', 'environment'])

/** The frame as a newer version might send it: every map with a field more. */
const withMore = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withMore)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  const entries = Object.entries(value).map(([key, item]) => [key, TABLES.has(key) ? item : withMore(item)])
  return { ...Object.fromEntries(entries), zzNew: [1, 'more'] }
}

/** `value` without the fields that `withMore` gave it. */
const withoutMore = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutMore)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  const entries = Object.entries(value).filter(([key]) => key !== 'zzNew')
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutMore(item)]))
}

/** Not CBOR maps: nothing can be added to these. */
const isBinary = (protocol: string): boolean => protocol === 'tunnel' || protocol === 'answers'

/** Specs are closed: what a person wants and a node does not know, it must not run without. */
const isClosed = (name: string): boolean => name === 'revision of a spec'

for (const [protocol, kinds] of Object.entries(FROZEN)) {
  describe(`wire: the frozen frames of ${protocol}`, () => {
    const frozen = readFrozen(readFileSync(fileOf(protocol), 'utf8'))

    it('hold every message that there is', () => {
      const names = kinds.flatMap(({ messages }) => Object.keys(messages))
      assert.deepEqual(
        frozen.map(({ name }) => name),
        names,
      )
      const shown = JSON.stringify(kinds.map(({ messages }) => messages))
      const unseen = kinds
        .flatMap(({ codec }) => wordsIn(codec.schema))
        .filter((word) => !shown.includes(`"${word}"`))
      assert.deepEqual(unseen, [])
    })

    for (const { name, frame, value } of frozen) {
      it(`${name}: is read as it was written, and written as it was read`, () => {
        const codec = codecOf(kinds, name)
        // From bytes of its own, as they come from a network: a Buffer of Node would give other kinds of views.
        assert.deepEqual(codec.decode(Uint8Array.from(frame)), value)
        assert.equal(Buffer.from(codec.encode(value)).toString('hex'), Buffer.from(frame).toString('hex'))
      })

      if (isBinary(protocol)) continue
      it(`${name}: of a newer version is read without what is new in it, or refused by code`, () => {
        const codec = codecOf(kinds, name)
        const newer = cborEncode(withMore(cborDecode(frame)))
        if (isClosed(name)) assert.throws(() => codec.decode(newer), isRefused)
        else assert.deepEqual(withoutMore(codec.decode(newer)), value)
      })
    }

    if (isBinary(protocol)) return
    it('are refused under a type that this version does not know', () => {
      for (const { name, frame } of frozen) {
        const message = cborDecode(frame)
        const known = message.body ?? message
        if (typeof known.type !== 'string') continue
        known.type = 'ofAnotherVersion'
        assert.throws(() => codecOf(kinds, name).decode(cborEncode(message)), isRefused)
      }
    })
  })
}

describe('wire: the frozen frames', () => {
  it('of a tunnel and of answers are refused under a number that this version does not know', () => {
    for (const protocol of ['tunnel', 'answers'])
      for (const { name, frame } of readFrozen(readFileSync(fileOf(protocol), 'utf8'))) {
        const codec = codecOf(FROZEN[protocol] as Kinds, name)
        const read = (): unknown => codec.decode(Uint8Array.of(200, ...frame.subarray(1)))
        if (protocol === 'tunnel') assert.throws(read, (error) => isCoterieError(error, 'tunnelMalformed'))
        else assert.equal((read() as { code: string }).code, 'malformedMessage')
      }
  })

  it('mean to a member the same with what is new in them', () => {
    const [codec, frozen] = [membershipCodec, readFrozen(readFileSync(fileOf('membership'), 'utf8'))]
    const [self, peer] = [SELF, PEER]
    const init = { self, incarnation: 3, addresses: [], timings: MEMBERSHIP_TIMINGS }
    const env = { nowMs: 1, random: () => 0.5 }
    const roster = { type: 'roster', members: new Set([self, peer]) } as const
    const start = step(createMembership(init), roster, env).state
    for (const { frame } of frozen) {
      const meaningOf = (message: MembershipMessage) =>
        step(start, { type: 'received', from: peer, message }, env)
      const newer = codec.decode(cborEncode(withMore(cborDecode(frame))))
      assert.deepEqual(meaningOf(newer), meaningOf(codec.decode(frame)))
    }
  })

  it('are of protocols that there are', () => {
    assert.deepEqual(
      readdirSync(FOLDER).sort(),
      Object.keys(FROZEN)
        .map((protocol) => `${protocol}.txt`)
        .sort(),
    )
  })
})
