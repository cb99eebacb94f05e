import assert from 'node:assert/strict'
import { LOADS_PER_MINUTE_MAX, TRIES_PER_MINUTE_MAX } from '../../../node/doctor/links/budget.ts'
import {
  type DoctorQuestion,
  doctorQuestionCodec,
  echoAnswerCodec,
  LOAD_BYTES,
} from '../../../protocols/doctor/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { realClock, startNode, stopAll, stopNode } from '../network/nodes.ts'
import { type DoctorMember, startDoctors } from './members.ts'

const NEVER = new AbortController().signal
const TIMEOUT = { timeoutMs: 20_000 }
const HOUR_MS = 3_600_000

const ask = (from: DoctorMember, to: DoctorMember, question: DoctorQuestion): Promise<Uint8Array> =>
  from.network.requests.request(to.id, PROTOCOLS.doctor, doctorQuestionCodec.encode(question), TIMEOUT)

const examine = async (at: DoctorMember, a: DoctorMember, b: DoctorMember) =>
  (await at.doctor.examine({ pair: { a: a.id, b: b.id } }, NEVER)).findings

describe('doctor: a pair of members', function () {
  this.timeout(60_000)
  afterEach(stopAll)

  it('is looked at from both ends, whoever was asked', async () => {
    const [attic, cellar, shed] = await startDoctors()
    for (const at of [attic, cellar, shed]) {
      const findings = await examine(at, cellar, shed)
      assert.deepEqual(
        findings.map(({ id, about, result }) => `${about}: ${id} ${result}`),
        ['cellar to shed', 'shed to cellar'].flatMap((about) => [
          `${about}: direct good`,
          `${about}: relay notApplicable`,
          `${about}: transfer good`,
          `${about}: clock good`,
          `${about}: udp notApplicable`,
        ]),
      )
    }
  })

  it('of which one is down: the other end tells why, and that it cannot be asked', async () => {
    const [attic, cellar, shed] = await startDoctors()
    await stopNode(shed.network)
    const findings = await examine(attic, cellar, shed)
    const bad = findings.filter(({ result }) => result === 'bad')
    assert.deepEqual(
      bad.map(({ id, about }) => [id, about]),
      [
        ['direct', 'cellar to shed'],
        ['direct', 'shed to cellar'],
      ],
    )
    assert.match(bad[0]?.finding ?? '', /nobody listens at 127\.0\.0\.1:\d+/)
    assert.equal(bad[0]?.fix, 'Start coterie up on shed')
    assert.match(bad[1]?.finding ?? '', /^shed cannot be asked: /)
  })

  it('of which one has a wrong clock is told so, with the difference', async () => {
    const ahead = { ...realClock, wallMs: () => Date.now() + HOUR_MS }
    const [attic, cellar, shed] = await startDoctors({ cellar: ahead })
    const clocks = (await examine(attic, shed, cellar)).filter(({ id }) => id === 'clock')
    assert.match(clocks[0]?.finding ?? '', /the clock of cellar is 60 min ahead/)
    assert.equal(clocks[0]?.fix, 'On cellar type: timedatectl set-ntp true')
  })

  it('of which one tells addresses that are none is looked at all the same', async () => {
    const told = ['/ip4/999.1.1.1/tcp/7946', '/ip6/::zz/tcp/99999', '/unix/etc', '/p2p/x/p2p-circuit', '/']
    const [attic, cellar] = await startDoctors({}, { addressesOf: () => told })
    const [direct] = await examine(attic, attic, cellar)
    assert.equal(direct?.result, 'warning')
    assert.match(
      direct.finding,
      /by a connection that cellar opened: no connection opens to 999\.1\.1\.1:7946/,
    )
  })

  it('must be two members', async () => {
    const [attic] = await startDoctors()
    const stranger = await startNode()
    const pair = (b: string) => attic.doctor.examine({ pair: { a: attic.id, b } }, NEVER)
    await assert.rejects(pair(attic.id), (error) => isCoterieError(error, 'requestInvalid'))
    await assert.rejects(pair(stranger.connections.self), (error) => isCoterieError(error, 'notAMember'))
  })

  it('is looked at once at a time', async () => {
    const [attic, cellar, shed] = await startDoctors()
    const first = examine(attic, cellar, shed)
    await assert.rejects(examine(attic, cellar, shed), (error) => isCoterieError(error, 'doctorBusy'))
    await first
    await examine(attic, cellar, shed)
  })
})

describe('doctor: what a node does for others', function () {
  this.timeout(60_000)
  afterEach(stopAll)

  it('is nothing for a stranger, nor towards one', async () => {
    const [attic, cellar] = await startDoctors()
    const stranger = await startNode()
    const question = { type: 'try', node: stranger.connections.self } as const
    await assert.rejects(ask(cellar, attic, question), (error) => isCoterieError(error, 'notAMember'))
    const node = await stranger.connections.dial(attic.network.connections.addresses()[0] as string, TIMEOUT)
    await assert.rejects(
      stranger.requests.request(node, PROTOCOLS.doctor, doctorQuestionCodec.encode(question), TIMEOUT),
      (error) => isCoterieError(error, 'peerUnreachable'),
    )
  })

  it('is so many tries a minute, one at a time, and again in the next minute', async () => {
    let nowMs = 0
    const clock = { ...realClock, nowMs: () => nowMs }
    const [attic, cellar, shed] = await startDoctors({ attic: clock })
    const attempt = () => ask(cellar, attic, { type: 'try', node: shed.id })
    const [one, other] = await Promise.allSettled([attempt(), attempt()])
    const refused = [one, other].filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 1)
    for (let tries = 1; tries < TRIES_PER_MINUTE_MAX; tries++) await attempt()
    await assert.rejects(attempt(), (error) => {
      assert.ok(isCoterieError(error, 'doctorBusy'))
      assert.deepEqual(error.data, { node: attic.id, retryMs: 60_000 })
      return true
    })
    nowMs += 60_000
    await attempt()
  })

  it('is so many loads a minute for each member, and small echoes without end', async () => {
    const clock = { ...realClock, nowMs: () => 0 }
    const [attic, cellar, shed] = await startDoctors({ attic: clock })
    const padding = new Uint8Array()
    const load = (from: DoctorMember) => ask(from, attic, { type: 'echo', padding, wants: LOAD_BYTES })
    for (let loads = 0; loads < LOADS_PER_MINUTE_MAX; loads++) {
      const answer = echoAnswerCodec.decode(await load(cellar))
      assert.equal(answer.padding.byteLength, LOAD_BYTES)
    }
    await assert.rejects(load(cellar), (error) => isCoterieError(error, 'doctorBusy'))
    await load(shed)
    await ask(cellar, attic, { type: 'echo', padding, wants: 0 })
  })
})
