/** Tokens that open nothing: each refused with its own code, and nothing decided that stays. */
import assert from 'node:assert/strict'
import { parseToken } from '../../../protocols/credentials/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { makeToken } from '../../support/join-tokens.ts'
import { startNode, stopAll } from '../network/nodes.ts'
import { join, ROOT, startMember } from './meshes.ts'
import { rootHashOf } from './paper-certificates.ts'

const HOUR_MS = 3_600_000

/** How long a machine looks for somebody who might answer otherwise. */
const PATIENCE_MS = 1_000

describe('a join token', () => {
  afterEach(stopAll)

  const refuse = async (
    member: Awaited<ReturnType<typeof startMember>>,
    token: string,
    code: string,
    text: RegExp,
  ) => {
    const joiner = await startNode()
    const joining = join(joiner, [member.network], token, { timeoutMs: PATIENCE_MS })
    await assert.rejects(joining, (error) => {
      assert.ok(isCoterieError(error), String(error))
      assert.equal(error.code, code)
      assert.match(error.message, text)
      return true
    })
    assert.equal(member.view.nodes.has(joiner.connections.self), false)
  }

  it('that has expired by the clock of the mesh is refused, whatever the joiner says the time is', async () => {
    let nowMs = Date.now()
    const member = await startMember({ wallMs: () => nowMs })
    const token = await member.invite({ ttlMs: HOUR_MS })
    nowMs += HOUR_MS + 1_000
    const text = /was good until \d{4}-[^ ]+Z, and in the mesh it is \d{4}-/
    await refuse(member, token, 'joinTokenExpired', text)
    const { appliedIndex } = member.view
    nowMs -= HOUR_MS
    await refuse(member, token, 'joinTokenExpired', text)
    assert.equal(
      member.view.appliedIndex,
      appliedIndex,
      'what the log knows already is not asked of it again',
    )
  })

  it('that is not valid yet is refused until it is', async () => {
    let nowMs = Date.now()
    const member = await startMember({ wallMs: () => nowMs })
    const token = await member.invite({ startsInMs: HOUR_MS })
    await refuse(member, token, 'joinTokenNotYetValid', /is good from \d{4}-/)
    nowMs += HOUR_MS
    await join(await startNode(), [member.network], token)
    assert.equal(member.view.nodes.size, 2)
  })

  it('that is used up is refused', async () => {
    const member = await startMember()
    const token = await member.invite()
    await join(await startNode(), [member.network], token)
    await refuse(member, token, 'joinTokenExhausted', /has admitted 1 machine, and admits no more/)
  })

  it('that was revoked, or whose maker is no member any more, is refused', async () => {
    const member = await startMember()
    const token = await member.invite()
    const [row] = member.desk.list()
    await member.desk.revoke(row?.token.slice(0, 8) as string)
    await refuse(member, token, 'joinTokenUnknown', /it was revoked/)
    const seed = new Uint8Array(32).fill(9)
    const { terms } = parseToken(await makeToken({}, seed))
    const made = await makeToken({ rootHash: rootHashOf(ROOT) }, seed)
    await member.decide({ type: 'nodeAdmitted', node: terms.by, name: 'gone', addresses: [], atMs: 1 })
    await refuse(member, made, 'joinTokenUnknown', /the decision that made it was lost/)
    await member.decide({ type: 'nodeRemoved', node: terms.by, atMs: 1 })
    await refuse(member, made, 'joinTokenForged', /the node that signed it is no member/)
  })

  it('that was forged, or of which something was changed, is refused and never gets into the log', async () => {
    const member = await startMember()
    const token = await member.invite()
    const { appliedIndex } = member.view
    const forged = await makeToken({ rootHash: rootHashOf(ROOT) })
    await refuse(member, forged, 'joinTokenForged', /signed it is no member of the mesh/)
    const bytes = Buffer.from(token.slice('coterie_'.length), 'base64url')
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
    const changed = `coterie_${bytes.toString('base64url')}`
    await refuse(member, changed, 'joinTokenForged', /its signature does not fit/)
    assert.equal(member.view.appliedIndex, appliedIndex)
  })

  it('of another mesh is shown to nobody', async () => {
    const [member, other] = [await startMember(), await startMember({ root: 'another root' })]
    await refuse(member, await other.invite(), 'joinTokenOfOtherMesh', /is for the mesh [0-9a-f]{16}, and \//)
  })

  it('for other networks is refused, and one for the network that the member sees is taken', async () => {
    const member = await startMember()
    const outside = await member.invite({ cidrs: ['192.0.2.0/24', '2001:db8::/32'] })
    const text = /is for machines in 192\.0\.2\.0\/24, 2001:db8::\/32, and this one comes from 127\.0\.0\.1/
    await refuse(member, outside, 'joinTokenOutside', text)
    const inside = await member.invite({ cidrs: ['192.0.2.0/24', '127.0.0.0/8'] })
    await join(await startNode(), [member.network], inside)
    assert.equal(member.view.nodes.size, 2)
  })
})

describe('a machine that joins with a clock that is off', () => {
  afterEach(stopAll)

  const joinWith = async (wallMs: () => number) => {
    const member = await startMember()
    return (await join(await startNode(), [member.network], await member.invite(), { wallMs })).clockNote
  }

  it('by hours is told by how much, and joins', async () => {
    assert.match(
      (await joinWith(() => Date.now() + 26 * HOUR_MS + 60_000)) ?? '',
      /^The clock of this machine is 1 d 2 h ahead of the mesh\. Set it/,
    )
    assert.match((await joinWith(() => Date.now() - 10 * 60_000 - 500)) ?? '', /is 10 min behind the mesh/)
  })

  it('by less than five minutes is told nothing', async () => {
    assert.equal(await joinWith(() => Date.now() + 4 * 60_000), null)
  })

  it("because there is none, joins by the mesh's time, with a warning", async () => {
    const note = await joinWith(() => 12_000)
    assert.match(note ?? '', /^This machine has no clock: its time is \d+ d \d+ h behind the mesh\./)
  })

  it('so far that no certificate is valid is refused with the difference', async () => {
    const member = await startMember()
    const token = await member.invite()
    const wallMs = () => Date.now() + 100 * 24 * HOUR_MS
    await assert.rejects(
      join(await startNode(), [member.network], token, { wallMs, timeoutMs: PATIENCE_MS }),
      (error) => {
        assert.ok(isCoterieError(error, 'certificateInvalid'), String(error))
        assert.match(error.message, /The clock of this machine is 100 d( 0 h)? ahead of the mesh/)
        return true
      },
    )
    assert.equal(member.view.nodes.size, 1)
  })
})
