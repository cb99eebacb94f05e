/** A machine without a token asks an open member, which lets it in. */
import assert from 'node:assert/strict'
import { commitmentOf } from '../../../node/join/fingerprint.ts'
import type { AskedMesh } from '../../../protocols/control/index.ts'
import { askAnswerCodec, askQuestionCodec } from '../../../protocols/credentials/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { startNode, stopAll } from '../network/nodes.ts'
import { join, MESH } from './meshes.ts'
import { askAt, askWith, say, startOpenMember, TERMS } from './open-lans.ts'

const textOf = (bytes: Uint8Array): string => `coterie_${Buffer.from(bytes).toString('base64url')}`
const nonceOf = (byte: number) => new Uint8Array(16).fill(byte)

describe('asking to join', function () {
  this.timeout(30_000)
  afterEach(stopAll)

  it('waits for a person, who sees the same number on both screens, and ends in an ordinary join', async () => {
    const member = await startOpenMember()
    const asker = await startNode()
    const screen: AskedMesh[] = []
    const asking = askAt(asker, [member.network], { screen })
    const { fingerprint, node, address, machine } = await member.waiting()
    assert.deepEqual([node, address, machine.arch], [asker.connections.self, '127.0.0.1', 'arm64'])
    assert.match(fingerprint, /^\d{8}$/)
    await member.lan.approve(fingerprint)
    const { bytes, terms } = await asking
    assert.deepEqual(
      screen.map(({ mesh, fingerprint: shown }) => [mesh, shown]),
      [[{ id: MESH, name: 'home' }, fingerprint]],
    )
    assert.deepEqual([terms.by, terms.usesMax], [member.self, 1])
    const joined = await join(asker, [member.network], textOf(bytes))
    assert.equal(joined.mesh, MESH)
    assert.equal(member.view.nodes.get(asker.connections.self)?.name, 'cellar')
  })

  it('hands over a token that admits no other machine', async () => {
    const member = await startOpenMember({ terms: { autoApprove: true } })
    const { bytes } = await askAt(await startNode(), [member.network])
    await assert.rejects(join(await startNode(), [member.network], textOf(bytes)), {
      code: 'joinTokenForAnother',
    })
    assert.equal(member.view.nodes.size, 1)
  })

  it('lets in without a person where that was said, also when the first try found no majority', async () => {
    const member = await startOpenMember({ terms: { autoApprove: true, role: 'edge' } })
    member.losses.push(new CoterieError('noQuorum', { waitedMs: 1 }))
    const { terms } = await askAt(await startNode(), [member.network])
    assert.equal(terms.role, 'edge', 'as what the window says at most')
    assert.deepEqual(
      member.lan.asking().map(({ state }) => state),
      ['approved'],
    )
  })

  it('is found out by the number where somebody in between shows keys of its own', async () => {
    const member = await startOpenMember()
    const asker = await startNode()
    const between = await startNode()
    await between.connections.dial(member.network.connections.addresses()[0] as string, { timeoutMs: 5_000 })
    between.requests.handleRequest(
      PROTOCOLS.ask,
      async (_asker, payload) => {
        const question = askQuestionCodec.decode(payload)
        const nonce = nonceOf(7)
        if (question.type === 'ask')
          return askAnswerCodec.encode(
            await say(between, member.self, {
              ...question,
              commitment: commitmentOf(between.connections.self, nonce),
            }),
          )
        const asked = question.type === 'wait' ? { ...question, nonce } : question
        return askAnswerCodec.encode(await say(between, member.self, asked))
      },
      { strangers: true },
    )
    const screen: AskedMesh[] = []
    const ended = new AbortController()
    const asking = askAt(asker, [between], { screen, signal: ended.signal })
    const { fingerprint } = await member.waiting()
    await eventually('the asker shows a number', () => screen.length === 1)
    assert.notEqual(screen[0]?.fingerprint, fingerprint)
    ended.abort(new Error('the numbers differ'))
    await assert.rejects(asking, /the numbers differ/)
  })

  it('is withdrawn by its person, and cannot be approved then', async () => {
    const member = await startOpenMember()
    const declined = Promise.withResolvers<void>()
    const asking = askAt(await startNode(), [member.network], { compare: () => declined.promise })
    const { fingerprint } = await member.waiting()
    declined.reject(new CoterieError('declined', { what: 'join home' }))
    await assert.rejects(asking, { code: 'declined' })
    assert.deepEqual(member.lan.asking(), [])
    await assert.rejects(member.lan.approve(fingerprint), { code: 'askUnknown' })
  })

  it('takes no token before its person has agreed', async () => {
    const member = await startOpenMember({ terms: { autoApprove: true } })
    const agreed = Promise.withResolvers<void>()
    let isDone = false
    const asking = askAt(await startNode(), [member.network], { compare: () => agreed.promise })
    asking.then(() => {
      isDone = true
    })
    await eventually('it is approved', () => member.lan.asking().some(({ state }) => state === 'approved'))
    assert.equal(isDone, false)
    agreed.resolve()
    await asking
  })

  it('goes on over another connection where the member cut the first', async () => {
    const member = await startOpenMember()
    const asker = await startNode()
    const asking = askAt(asker, [member.network])
    const { fingerprint } = await member.waiting()
    member.network.connections.hangUp(asker.connections.self)
    await member.lan.approve(fingerprint)
    await asking
  })

  it('ends with the window, and says so', async () => {
    const member = await startOpenMember()
    const asking = askAt(await startNode(), [member.network])
    await member.waiting()
    await member.lan.close()
    await assert.rejects(asking, { code: 'lanClosed' })
    assert.equal(member.lan.window(), null)
  })

  it('is told at once that a member which it was sent to is closed', async () => {
    const member = await startOpenMember()
    await member.lan.close()
    await assert.rejects(askAt(await startNode(), [member.network]), { code: 'lanClosed' })
  })

  it('ends where an admin denies it, and may not be repeated at once', async () => {
    const member = await startOpenMember()
    const asker = await startNode()
    const asking = askAt(asker, [member.network])
    member.lan.deny((await member.waiting()).fingerprint)
    await assert.rejects(asking, { code: 'askDenied' })
    await assert.rejects(askAt(asker, [member.network]), { code: 'askDenied' })
  })

  it('takes none of several meshes by itself', async () => {
    const [home, lab] = [await startOpenMember(), await startOpenMember({ root: 'the root of a lab' })]
    await assert.rejects(askAt(await startNode(), [home.network, lab.network]), (error: CoterieError) => {
      assert.equal(error.code, 'lanMeshesSeveral')
      assert.match(error.message, /home \([0-9a-f]{16}\) at \/ip4\/127/)
      return true
    })
  })

  it('finds nobody where nobody is', async () => {
    const options = { timeoutMs: 50 }
    await assert.rejects(askAt(await startNode(), [], options), { code: 'lanNotOpen' })
  })
})

describe('a member that is open to its LAN', () => {
  afterEach(stopAll)

  const startAsker = async (member: { readonly network: Parameters<typeof askAt>[1][number] }) => {
    const asker = await startNode()
    await asker.connections.dial(member.network.connections.addresses()[0] as string, { timeoutMs: 5_000 })
    return asker
  }

  it('hears nobody from elsewhere', async () => {
    const near = await startOpenMember({ isNear: () => false })
    await assert.rejects(say(await startAsker(near), near.self, { type: 'look' }), {
      code: 'askOutside',
      data: { address: '127.0.0.1', networks: [] },
    })
    const given = await startOpenMember({ terms: { cidrs: ['192.0.2.0/24'] } })
    await assert.rejects(say(await startAsker(given), given.self, { type: 'look' }), { code: 'askOutside' })
    const wide = await startOpenMember({ isNear: () => false, terms: { cidrs: ['127.0.0.0/8'] } })
    const answer = await say(await startAsker(wide), wide.self, { type: 'look' })
    assert.equal(answer.type, 'open')
  })

  it('hears four machines of one address and no more, until one of them is gone', async () => {
    const clock = createHandClock(1_000_000)
    const member = await startOpenMember({ clock })
    const askers = await Promise.all(Array.from({ length: 5 }, () => startAsker(member)))
    for (const asker of askers.slice(0, 4))
      await say(asker, member.self, askWith(commitmentOf(asker.connections.self, nonceOf(1))))
    const last = askers[4] as (typeof askers)[number]
    const ask = () => say(last, member.self, askWith(commitmentOf(last.connections.self, nonceOf(1))))
    await assert.rejects(ask(), { code: 'askTooMany' })
    clock.pass(15_001)
    assert.equal((await ask()).type, 'asked')
    await assert.rejects(
      (async () => {
        for (let asked = 0; asked < 8; asked++) await ask()
      })(),
      { code: 'askTooMany' },
      'one machine that asks again and again tries no more numbers than others',
    )
  })

  it('keeps one request of a key: the number of an earlier one is no more', async () => {
    const member = await startOpenMember()
    const asker = await startAsker(member)
    const askOnce = async (nonce: Uint8Array) => {
      await say(asker, member.self, askWith(commitmentOf(asker.connections.self, nonce)))
      assert.equal((await say(asker, member.self, { type: 'wait', nonce })).type, 'waiting')
      return (await member.waiting()).fingerprint
    }
    const [first, second] = [await askOnce(nonceOf(1)), await askOnce(nonceOf(2))]
    assert.notEqual(first, second)
    assert.equal(member.lan.asking().length, 1)
    await assert.rejects(member.lan.approve(first), { code: 'askUnknown' })
    await member.lan.approve(second)
    const answer = await say(asker, member.self, { type: 'wait', nonce: nonceOf(2) })
    assert.equal(answer.type, 'approved')
    await assert.rejects(member.lan.approve(second), { code: 'askUnknown' })
  })

  it('takes no other nonce than the promised one', async () => {
    const member = await startOpenMember()
    const asker = await startAsker(member)
    const wait = (byte: number) => say(asker, member.self, { type: 'wait', nonce: nonceOf(byte) })
    await say(asker, member.self, askWith(commitmentOf(asker.connections.self, nonceOf(1))))
    await assert.rejects(wait(2), { code: 'askMismatch' })
    await assert.rejects(wait(1), { code: 'askForgotten' }, 'who tried another one begins anew')
    await say(asker, member.self, askWith(commitmentOf(member.self, nonceOf(1))))
    await assert.rejects(wait(1), { code: 'askMismatch' }, 'what another key promised')
    assert.deepEqual(member.lan.asking(), [])
  })

  it('forgets who says nothing any more, and lets nobody in by its number', async () => {
    const clock = createHandClock(1_000_000)
    const member = await startOpenMember({ clock })
    const asker = await startAsker(member)
    await say(asker, member.self, askWith(commitmentOf(asker.connections.self, nonceOf(1))))
    await say(asker, member.self, { type: 'wait', nonce: nonceOf(1) })
    const { fingerprint } = await member.waiting()
    clock.pass(15_001)
    await assert.rejects(member.lan.approve(fingerprint), { code: 'askUnknown' })
    await assert.rejects(say(asker, member.self, { type: 'wait', nonce: nonceOf(1) }), {
      code: 'askForgotten',
    })
  })

  it('closes by itself, and opens by the latest terms', async () => {
    const clock = createHandClock(1_000_000)
    const { lan } = await startOpenMember({ clock })
    await lan.open({ ...TERMS, forMs: 60_000, autoApprove: true })
    assert.deepEqual(lan.window(), { autoApprove: true, role: 'full', cidrs: [], untilMs: 1_060_000 })
    clock.pass(60_000)
    assert.equal(lan.window(), null)
  })

  it('hands the token also to a machine that asks for the answer when the window has closed', async () => {
    const member = await startOpenMember()
    const asker = await startAsker(member)
    await say(asker, member.self, askWith(commitmentOf(asker.connections.self, nonceOf(1))))
    await say(asker, member.self, { type: 'wait', nonce: nonceOf(1) })
    await member.lan.approve((await member.waiting()).fingerprint)
    await member.lan.close()
    assert.equal((await say(asker, member.self, { type: 'wait', nonce: nonceOf(1) })).type, 'approved')
  })
})
