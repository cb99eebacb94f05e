import assert from 'node:assert/strict'
import type { OpenLanRequest } from '../../protocols/control/index.ts'
import { type Fixture, startControl } from '../node/control/fixture.ts'
import { ASKING, handMadeOpenLan } from '../node/control/hand-made.ts'
import { coterie } from './coterie.ts'

describe('cli: machines that ask to join', () => {
  let fixture: Fixture
  const opened: OpenLanRequest[] = []
  let requests = [ASKING]
  before(async () => {
    fixture = await startControl({
      openLan: {
        ...handMadeOpenLan,
        state: () => ({ ...handMadeOpenLan.state(), requests }),
        open: async (request) => {
          opened.push(request)
          return handMadeOpenLan.open(request)
        },
      },
    })
  })
  after(() => fixture.stop())
  beforeEach(() => {
    opened.length = 0
    requests = [ASKING]
  })

  const node = (...words: string[]) => coterie(['node', ...words, '--socket', fixture.socketPath])

  it('open-lan says for whom it is open, and what to type there', async () => {
    const limits = ['--auto-approve', '--role', 'edge', '--cidr', '192.0.2.0/24', '--cidr', '2001:db8::/32']
    const { code, stdout } = await node('open-lan', '90s', ...limits)
    assert.equal(code, 0)
    const cidrs = ['192.0.2.0/24', '2001:db8::/32']
    assert.deepEqual(opened, [{ forMs: 90_000, autoApprove: true, role: 'edge', cidrs }])
    assert.match(
      stdout,
      /^This node is open to machines of 192\.0\.2\.0\/24, 2001:db8::\/32, which may join as edge nodes, /,
    )
    assert.match(stdout, /\nWhoever asks is let in, without a question\.\n/)
    assert.match(stdout, /\n {2}coterie up --ask\n/)
  })

  it('open-lan takes a day at most', async () => {
    for (const duration of ['25h', '2d', 'ever', '10']) {
      const { code, stderr } = await node('open-lan', duration)
      assert.equal(code, 1)
      assert.match(stderr, /takes a duration such as .* at most 1d/)
    }
    assert.deepEqual(opened, [])
  })

  it('requests shows who asks, with the number of its screen; approve without one does too', async () => {
    const { stdout } = await node('requests')
    assert.match(stdout, /^4821-0937 +cellar +waiting +full +arm64, 4 cores, 3\.7 GiB +192\.168\.1\.23 /m)
    assert.match((await node('approve')).stdout, /^4821-0937 +cellar /m)
    requests = []
    assert.match((await node('requests')).stdout, /\nNobody asks\.\n$/)
  })

  it('approve takes the number, however it is written, and asks nothing then', async () => {
    for (const typed of ['4821-0937', '48210937', '4821 0937']) {
      const { code, stdout } = await node('approve', typed)
      assert.deepEqual(
        [code, stdout],
        [0, 'cellar, which shows 4821-0937, is let in; it joins within seconds.\n'],
      )
    }
    const { code, stderr } = await node('approve', '0000-0000')
    assert.equal(code, 1)
    assert.match(stderr, /^coterie: nobody asks to join as 0000-0000: it gave up\. /)
  })

  it('approve by name wants a person to compare, and one request of that name', async () => {
    const unasked = await node('approve', 'cellar')
    assert.equal(unasked.code, 1)
    assert.match(
      unasked.stderr,
      /nobody can be asked here whether to let in cellar, whose screen shows 4821-0937/,
    )
    assert.equal((await node('approve', 'cellar', '-y')).code, 0)
    assert.match(
      (await node('approve', 'attic', '-y')).stderr,
      /as attic: no request that waits has that name/,
    )
    requests = [ASKING, { ...ASKING, fingerprint: '11112222' }]
    assert.match(
      (await node('approve', 'cellar', '-y')).stderr,
      /2 requests have that name: give the fingerprint/,
    )
  })

  it('deny and close-lan say what they did', async () => {
    assert.match((await node('deny', 'cellar')).stdout, /^cellar, which shows 4821-0937, is not let in/)
    assert.match((await node('close-lan')).stdout, /^This node is closed/)
  })

  it('up says which of its words do not go together', async () => {
    for (const [words, detail] of [
      [['--ask', '--init'], /--ask is for a machine that has no token/],
      [['--ask', '--token', 'coterie_x'], /--ask is for a machine that has no token/],
      [['--init', '--auto-approve'], /--auto-approve .* needs that/],
      [['--init', '--open-lan', '25h'], /--open-lan takes a duration/],
    ] as const) {
      const { code, stderr } = await coterie(['up', '--data-dir', '/nonexistent', ...words])
      assert.equal(code, 1)
      assert.match(stderr, detail)
    }
  })
})
