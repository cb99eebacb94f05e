import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createSigning } from '../../../node/intent/index.ts'
import { nodeIdOf } from '../../../node/network/index.ts'
import {
  draftToken,
  type JoinTokenTerms,
  parseToken,
  readToken,
  TOKEN_BYTES_MAX,
} from '../../../protocols/credentials/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'

const SEED = new Uint8Array(32).fill(5)
const { sign, verify } = createSigning(SEED)

const terms = (more: Partial<JoinTokenTerms> = {}): JoinTokenTerms => ({
  rootHash: new Uint8Array(32).fill(1),
  id: new Uint8Array(16).fill(2),
  by: nodeIdOf(SEED),
  notBeforeMs: 1_763_777_000_000,
  expiresAtMs: 1_763_863_400_000,
  usesMax: 1,
  role: 'full',
  capabilities: [],
  cidrs: [],
  labels: [],
  addresses: ['/ip4/192.0.2.7/tcp/7946'],
  ...more,
})

const made = async (more: Partial<JoinTokenTerms> = {}): Promise<string> => {
  const { message, complete } = draftToken(terms(more))
  return complete(await sign(message))
}

const isGenuine = ({ terms: { by }, message, signature }: ReturnType<typeof parseToken>) =>
  verify({ signer: by, message, signature })

describe('credentials: a join token', () => {
  it('says what it was made of, as one word of some 300 characters', async () => {
    const text = await made()
    assert.match(text, /^coterie_[\w-]{200,300}$/)
    const token = parseToken(text)
    assert.deepEqual(token.terms, terms())
    assert.deepEqual(readToken(token.bytes).terms, terms())
    assert.ok(await isGenuine(token))
  })

  it('fits into its bound with as much as it may say', async () => {
    const all = await made({
      usesMax: 1_000,
      role: 'edge',
      capabilities: Array(4).fill('c'.repeat(32)),
      cidrs: Array(4).fill('2001:db8:1111:1111:1111:1111:1111:1111/128'),
      labels: Array(4).fill(`${'k'.repeat(31)}=${'v'.repeat(32)}`),
      addresses: Array(4).fill(`/dns4/${'n'.repeat(94)}`),
    })
    const { bytes, terms: read } = parseToken(all)
    assert.ok(bytes.byteLength <= TOKEN_BYTES_MAX, `${bytes.byteLength}`)
    assert.equal(read.role, 'edge')
  })

  it('may be wrapped over lines and stand among white space', async () => {
    const text = await made()
    assert.deepEqual(parseToken(` ${text.slice(0, 80)}\n  ${text.slice(80)}\r\n`).terms, terms())
  })

  it('says how much of it is missing where it was cut off', async () => {
    const text = await made()
    for (let length = 'coterie_'.length; length < text.length; length++) {
      const missing = length < 'coterie_'.length + 4 ? null : text.length - length
      assert.throws(() => parseToken(text.slice(0, length)), {
        code: 'joinTokenTruncated',
        data: { missing },
      })
    }
    assert.throws(() => parseToken(`${text}A`), { code: 'joinTokenMalformed' })
  })

  it('is no longer genuine with any of its characters changed', async () => {
    const text = await made()
    const at = fc.integer({ min: 'coterie_'.length + 4, max: text.length - 2 })
    await fc.assert(
      fc.asyncProperty(at, fc.constantFrom(...'AQgw_-09'), async (place, character) => {
        fc.pre(text[place] !== character)
        const changed = `${text.slice(0, place)}${character}${text.slice(place + 1)}`
        try {
          assert.equal(await isGenuine(parseToken(changed)), false)
        } catch (error) {
          assert.ok(isCoterieError(error, 'joinTokenMalformed'), String(error))
        }
      }),
      { numRuns: 200 },
    )
  })

  for (const [what, text, detail] of [
    ['nothing', '', /does not begin with coterie_/],
    ['a secret of an earlier version', `coterie-${'a'.repeat(52)}`, /does not begin with coterie_/],
    ['of other characters', 'coterie_AQBk!', /a character that no token has/],
    ['of a version that is not known', `coterie_BQBk${'A'.repeat(300)}`, /a newer version of coterie/],
    ['more than any token', `coterie_${'A'.repeat(5_000)}`, /too long/],
    ['of a length beyond the bound', `coterie_Af__${'A'.repeat(400)}`, /too long/],
  ] as const)
    it(`is refused where it is ${what}`, () => {
      assert.throws(
        () => parseToken(text),
        (error) => isCoterieError(error, 'joinTokenMalformed') && detail.test(error.message),
      )
    })
})
