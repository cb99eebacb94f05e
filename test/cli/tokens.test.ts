import assert from 'node:assert/strict'
import type { JoinTokenRow, TokenRequest } from '../../protocols/control/index.ts'
import { type Fixture, startControl } from '../node/control/fixture.ts'
import { TOKEN, TOKEN_TEXT } from '../node/control/hand-made.ts'
import { coterie } from './coterie.ts'

const inHours = (hours: number) => Date.now() + hours * 3_600_000 + 30_000

describe('cli: token', () => {
  let fixture: Fixture
  let rows: JoinTokenRow[] = []
  const asked: TokenRequest[] = []
  before(async () => {
    fixture = await startControl({
      tokens: {
        create: async (request) => {
          asked.push(request)
          const { uses, role, capabilities = [], cidrs = [], labels = [] } = request
          const times = { notBeforeMs: Date.now() - 1_000, expiresAtMs: inHours(24) }
          return {
            text: TOKEN_TEXT,
            token: { ...TOKEN, ...times, uses, role, capabilities, cidrs, labels, used: [] },
          }
        },
        list: () => ({ tokens: rows }),
        revoke: async () => ({ ...TOKEN, state: 'revoked' }),
      },
    })
  })
  after(() => fixture.stop())
  beforeEach(() => {
    asked.length = 0
  })

  const token = (...words: string[]) => coterie(['token', ...words, '--socket', fixture.socketPath])

  it('create prints the line for one machine, and asks for what is usual', async () => {
    const { code, stdout, stderr } = await token('create')
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(
      stdout,
      /^Token 3f2a91c0 admits one machine, as a full node, until \d{4}-\d\d-\d\d \d\d:\d\d UTC, in 1d 0h\.\n/,
    )
    assert.ok(stdout.includes(`\n\n  coterie up --token ${TOKEN_TEXT}\n\n`), stdout)
    const none = { capabilities: [], cidrs: [], labels: [] }
    assert.deepEqual(asked, [{ ttlMs: 86_400_000, startsInMs: 0, uses: 1, role: 'full', ...none }])
  })

  it('create takes every limit, some of them several times', async () => {
    const limits = [
      '--cap',
      'relay',
      '--cidr',
      '192.0.2.0/24',
      '--cidr',
      '2001:db8::/32',
      '--label',
      'room=attic',
    ]
    const more = ['--ttl', '90m', '--starts-in', '2d', '--uses', '20', '--role', 'edge', '--no-addresses']
    const { stdout } = await token('create', ...limits, ...more)
    assert.match(stdout, /admits 20 machines, as an edge node each/)
    assert.match(stdout, /Its terms: from 192\.0\.2\.0\/24, from 2001:db8::\/32, may relay, room=attic\./)
    assert.deepEqual(asked, [
      {
        ttlMs: 5_400_000,
        startsInMs: 172_800_000,
        uses: 20,
        role: 'edge',
        capabilities: ['relay'],
        cidrs: ['192.0.2.0/24', '2001:db8::/32'],
        labels: ['room=attic'],
        addresses: false,
      },
    ])
  })

  it('create draws the token with --qr, in lines that a terminal of 80 columns shows', async () => {
    const { stdout } = await token('create', '--qr')
    const drawn = stdout.split('\n').filter((line) => /[▀▄█]/.test(line))
    assert.ok(drawn.length > 20 && drawn.every((line) => line.length <= 80), `${drawn[1]?.length}`)
  })

  it('create answers programs with the text, the row and the line', async () => {
    const { text, line, token: row } = JSON.parse((await token('create', '--json')).stdout)
    assert.deepEqual([text, line, row.id], [TOKEN_TEXT, `coterie up --token ${TOKEN_TEXT}`, TOKEN.id])
  })

  for (const [what, words, says] of [
    [
      'a duration',
      ['--ttl', 'soon'],
      /--ttl takes a duration such as 90s, 10m, 24h or 7d, at most 366d, and not soon/,
    ],
    ['a duration that long', ['--ttl', '400d'], /at most 366d/],
    ['a number', ['--uses', '0'], /--uses takes a number from 1 to 1000/],
    ['a role', ['--role', 'boss'], /--role takes full or edge/],
    ['a network', ['--cidr', '192.0.2.0/33'], /cidrs\/0 must be a network such as 192\.0\.2\.0\/24/],
    ['a label', ['--label', 'attic'], /labels/],
    ['a capability', ['--cap', 'Relay!'], /capabilities/],
    ['five networks', Array(5).fill(['--cidr', '192.0.2.0/24']).flat(), /cidrs/],
  ] as const)
    it(`create refuses what is not ${what}, in one line`, async () => {
      const { code, stdout, stderr } = await token('create', ...words)
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, says)
      assert.match(stderr, /^coterie: [^\n]+\n$/)
      assert.deepEqual(asked, [])
    })

  it('ls shows what each token is good for, and rm ends one', async () => {
    rows = []
    assert.match((await token('ls')).stdout, /There is no join token\. Make one with coterie token create\./)
    rows = [
      { ...TOKEN, expiresAtMs: inHours(3) },
      { ...TOKEN, id: 'b'.repeat(64), state: 'exhausted', capabilities: [], cidrs: [], labels: [] },
    ]
    const shown = (await token('ls')).stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    assert.deepEqual(shown[0], ['TOKEN', 'STATE', 'ROLE', 'USED', 'EXPIRES', 'MADE BY', 'TERMS'])
    const terms = 'from 192.0.2.0/24, may relay, room=attic'
    assert.deepEqual(shown[1], ['3f2a91c0', 'valid', 'edge', '1 of 2', 'in 3h 0m', 'kitchen', terms])
    assert.deepEqual(shown[2]?.slice(0, 2), ['bbbbbbbb', 'used up'])
    assert.equal(
      (await token('rm', '3f2a91c0')).stdout,
      'Token 3f2a91c0 admits nobody any more. kitchen, whom it admitted, stays.\n',
    )
    assert.match((await token('rm', 'all')).stderr, /4 to 64 hexadecimal digits/)
  })
})
