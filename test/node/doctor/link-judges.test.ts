import assert from 'node:assert/strict'
import { judgeConnections } from '../../../node/doctor/judge-connections.ts'
import { type Link, namesOf } from '../../../node/doctor/links/link.ts'
import type { Finding } from '../../../protocols/control/index.ts'
import type { LinkFacts, Opening } from '../../../protocols/doctor/index.ts'

const ADDRESS = '/ip4/192.0.2.8/tcp/7946'
const opened: Opening = { address: ADDRESS, ms: 2, problem: null }
const closed = (problem: Opening['problem']): Opening => ({ address: ADDRESS, ms: null, problem })

const SOUND: LinkFacts = {
  openings: [opened],
  isConnected: true,
  through: null,
  relays: [],
  via: 'eth0',
  echo: { ms: 3, aheadMs: 1 },
  echoProblem: null,
  load: { sentMs: 20, fetchedMs: 25 },
  udp: { looks: ['mdns', 'broadcast'], findableBy: ['mdns', 'broadcast'], found: ['broadcast'] },
}

const UNREACHED: Partial<LinkFacts> = {
  isConnected: false,
  echo: null,
  echoProblem: 'no connection opened',
  load: null,
  udp: { ...SOUND.udp, findableBy: null, found: [] },
}

const link = (to: string, more: Partial<LinkFacts> = {}): Link => ({
  from: { node: 'attic', name: 'attic' },
  to: { node: to, name: to },
  facts: { ...SOUND, ...more },
})

const findings = (links: readonly Link[], off: Readonly<Record<string, number>> = {}): Finding[] =>
  judgeConnections(
    {
      discoveryPort: 7946,
      clocksOff: () => new Map(Object.entries(off)),
      members: () =>
        new Map([
          ['shed', 'shed'],
          ['tower', 'tower'],
          ['attic', 'attic'],
        ]),
    },
    links,
  )

const only = (links: readonly Link[], id: string, off?: Readonly<Record<string, number>>): Finding => {
  const found = findings(links, off).filter((finding) => finding.id === id)
  assert.equal(found.length, 1, JSON.stringify(found))
  return found[0] as Finding
}

describe('doctor: connections', () => {
  it('that are sound are told in one good line of each check', () => {
    const found = findings([link('cellar'), link('shed', { echo: { ms: 9, aheadMs: -4 } })])
    assert.deepEqual(
      found.map(({ id, about, result, finding }) => [id, about, result, finding]),
      [
        ['direct', 'attic to cellar and shed', 'good', 'opens in 2 ms, answers in 3 ms to 9 ms'],
        ['relay', 'attic to cellar and shed', 'notApplicable', 'reached directly: none is needed'],
        ['transfer', 'attic to cellar and shed', 'good', '256 KiB arrive there in 20 ms, here in 25 ms'],
        ['clock', 'attic to cellar and shed', 'good', '4 ms apart at most'],
        ['udp', 'attic to cellar and shed', 'good', 'found by broadcast'],
      ],
    )
  })

  it('of a large mesh are told in lines that a person can read', () => {
    const names = Array.from({ length: 40 }, (_, at) => `node-${at}`)
    assert.equal(namesOf(names), 'node-0, node-1, node-2, node-3, node-4 and 35 more')
    const found = findings(names.map((name) => link(name)))
    assert.equal(found.length, 5)
  })

  const CLOSED: readonly (readonly [string, readonly Opening[], RegExp, RegExp])[] = [
    ['refuses', [closed('refused')], /nobody listens at 192\.0\.2\.8:7946/, /Start coterie up on cellar/],
    ['is silent', [closed('silent')], /nothing answers/, /TCP 7946 in through its firewall/],
    ['has no route', [closed('noRoute')], /no route leads/, /into one network/],
    ['has a lost name', [closed('unresolved')], /no address is found for/, /record of that name/],
    ['fails otherwise', [closed('failed')], /no connection opens/, /Look at the network/],
    ['has no address', [], /no address of it is known/, /--at/],
    ['refuses at one address of two', [closed('silent'), closed('refused')], /nobody listens/, /Start/],
  ]
  for (const [name, openings, finding, fix] of CLOSED)
    it(`to a member that ${name}: bad, with the cure, and the rest has nothing to look at`, () => {
      const found = findings([link('cellar', { ...UNREACHED, openings: [...openings] })])
      assert.deepEqual(
        found.map(({ id, result }) => `${id} ${result}`),
        [
          'direct bad',
          'relay notApplicable',
          'transfer notApplicable',
          'clock notApplicable',
          'udp notApplicable',
        ],
      )
      assert.match(found[0]?.finding ?? '', finding)
      assert.match(found[0]?.fix ?? '', fix)
    })

  it('which only the other end opened are a warning', () => {
    const { result, finding, fix } = only([link('cellar', { openings: [closed('silent')] })], 'direct')
    assert.equal(result, 'warning')
    assert.match(finding, /by a connection that cellar opened: nothing answers/)
    assert.match(fix ?? '', /Let TCP 7946 in at cellar, or give it an --advertise address that attic reaches/)
  })

  it('to a member behind NAT are well where others carry them', () => {
    const relayed = { openings: [closed('silent')], through: 'shed', relays: ['shed', 'tower'] }
    const found = findings([link('cellar', relayed)])
    assert.deepEqual(
      found.slice(0, 2).map(({ id, result }) => `${id} ${result}`),
      ['direct notApplicable', 'relay good'],
    )
    assert.match(
      found[0]?.finding ?? '',
      /^behind NAT or a firewall, and reached all the same: nothing answers/,
    )
    assert.equal(found[1]?.finding, 'reached through shed, answers in 3 ms')
    const dialled = { openings: [closed('silent')], relays: ['shed', 'tower'] }
    const own = only([link('cellar', dialled)], 'relay')
    assert.equal(own.finding, 'reached through shed and tower by those who cannot dial it')
  })

  it('to a home whose private address is somebody else here are no direct ones', () => {
    const home = { openings: [opened], through: 'shed', relays: ['shed', 'tower'] }
    const { result, finding } = only([link('cellar', home)], 'direct')
    assert.equal(result, 'notApplicable')
    assert.match(finding, /reached all the same: at 192\.0\.2\.8:7946 another machine answers/)
  })

  it('that one member alone carries are a warning, and so is a firewall between two', () => {
    const alone = { openings: [closed('silent')], through: 'shed', relays: ['shed'] }
    assert.match(only([link('cellar', alone)], 'relay').finding, /one member alone carries/)
    const between = { openings: [closed('silent')], through: 'shed' }
    const { result, finding, fix } = only([link('cellar', between)], 'direct')
    assert.equal(result, 'warning')
    assert.match(finding, /^connected through another member only: nothing answers at 192\.0\.2\.8:7946/)
    assert.match(fix ?? '', /Let TCP 7946 in at cellar/)
    assert.equal(only([link('cellar', between)], 'relay').result, 'good')
  })

  it('that open where nothing answers are bad', () => {
    const { result, finding } = only([link('cellar', { ...UNREACHED, openings: [opened] })], 'direct')
    assert.equal(result, 'bad')
    assert.match(finding, /opens, and nothing answers there/)
  })

  it('that carry little and not much name the way that does not, and the interface', () => {
    const there = only([link('cellar', { load: { sentMs: null, fetchedMs: null } })], 'transfer')
    assert.equal(there.result, 'bad')
    assert.match(there.finding, /256 KiB from attic to cellar do not/)
    assert.match(there.fix ?? '', /ip link set dev eth0 mtu 1280/)
    const back = only([link('cellar', { via: null, load: { sentMs: 3, fetchedMs: null } })], 'transfer')
    assert.match(back.finding, /from cellar to attic do not/)
    assert.match(back.fix ?? '', /dev INTERFACE/)
  })

  it('blame the clock that is off', () => {
    const hour = only([link('cellar')], 'clock', { cellar: 3_600_000 })
    assert.equal(hour.result, 'bad')
    assert.match(hour.finding, /the clock of cellar is 60 min ahead: certificates and tokens are refused/)
    assert.equal(hour.fix, 'On cellar type: timedatectl set-ntp true')
    const second = only([link('cellar')], 'clock', { cellar: -1_500 })
    assert.equal(second.result, 'warning')
    assert.match(second.finding, /1500 ms behind/)
  })

  it('blame their own end where its clock is off, and nobody else then', () => {
    const found = findings([link('cellar'), link('shed')], { attic: 7_000 }).filter(
      ({ id }) => id === 'clock',
    )
    assert.deepEqual(
      found.map(({ about, result }) => [about, result]),
      [
        ['attic', 'warning'],
        ['attic to cellar and shed', 'notApplicable'],
      ],
    )
  })

  it('that are too slow to tell the time are not judged by it', () => {
    const slow = only([link('cellar', { echo: { ms: 900, aheadMs: 40_000 } })], 'clock')
    assert.equal(slow.result, 'notApplicable')
  })

  const UDP: readonly (readonly [string, Partial<LinkFacts>, Finding['result'], RegExp])[] = [
    ['off here', { udp: { looks: [], findableBy: ['mdns'], found: [] } }, 'notApplicable', /off at attic/],
    [
      'off there',
      { udp: { looks: ['mdns'], findableBy: [], found: [] } },
      'notApplicable',
      /cellar can be found by neither/,
    ],
    [
      'of another network',
      { via: null, udp: { ...SOUND.udp, found: [] } },
      'notApplicable',
      /another network/,
    ],
    ['filtered', { udp: { ...SOUND.udp, found: [] } }, 'warning', /in one network \(eth0\)/],
  ]
  for (const [name, more, result, words] of UDP)
    it(`whose discovery by UDP is ${name}: ${result}`, () => {
      const { finding, fix, ...found } = only([link('cellar', more)], 'udp')
      assert.equal(found.result, result)
      assert.match(finding, words)
      if (result === 'warning') assert.match(fix ?? '', /Let UDP 5353 and 7946 in at cellar/)
    })
})
