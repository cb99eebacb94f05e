import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Applied } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Fixture, startControl } from '../node/control/fixture.ts'
import { handMadeService, handMadeTask, NODE, retell, revisionId } from '../node/control/hand-made.ts'
import { eventually } from '../support/eventually.ts'
import { coterie, outcomeOf, startCoterie } from './coterie.ts'

const services = [
  handMadeService('shop', 'web', { replicas: 2 }),
  handMadeService('shop', 'db', { url: null, ports: [] }),
  handMadeService('blog', 'web', { replicas: 0, running: 0 }),
]
const problem = { code: 'taskEnded', message: 'task ended\n with exit code 1', next: 'x' }
const tasks = [
  handMadeTask('shop', 'web', 0),
  handMadeTask('shop', 'web', 2, { revision: revisionId('0'), outdated: true, sinceMs: null, ports: [] }),
  handMadeTask('shop', 'db', 0, { state: 'waiting', attempt: 3, problem, ports: [] }),
]
const waiting = [{ object: 'service/shop/web', slot: 1, reason: 'insufficient memory', retryAtMs: null }]

describe('cli: services', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl()
  })
  after(() => fixture.stop())
  beforeEach(() => retell(fixture.handMade, { services, tasks, waiting }))

  const words = (...given: string[]) => [...given, '--socket', fixture.socketPath]
  const ask = (...given: string[]) => coterie(words(...given))
  const refused = async (given: readonly string[], line: RegExp) => {
    const { code, stdout, stderr } = await ask(...given)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, line)
    assert.match(stderr, /^coterie: [^\n]*\.\n$/, 'one line')
  }

  describe('ps', () => {
    it('shows each slot, with what waits and why', async () => {
      const { code, stdout } = await ask('ps')
      assert.equal(code, 0)
      const rows = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/ {2,}/))
      const url = 'http://web.localhost:8090/'
      assert.deepEqual(rows[0], ['SERVICE', 'SLOT', 'STATE', 'NODE', 'SINCE', 'PORTS', 'URL', 'REASON'])
      assert.deepEqual(rows[1]?.slice(0, 4), ['shop/web', '0', 'running', 'kitchen'])
      assert.deepEqual(rows[1]?.slice(5), ['127.0.0.1:32768->80/tcp', url])
      assert.deepEqual(rows[2], ['shop/web', '1', 'unassigned', '-', '-', '-', url, 'insufficient memory'])
      assert.deepEqual(rows[3], ['shop/web', '2', 'running', 'kitchen', '-', '-', url, 'another revision'])
      assert.equal(rows[4]?.at(-1), 'attempt 3; task ended with exit code 1')
      assert.deepEqual(rows[5]?.slice(-1), ['no replicas are wanted'])
    })

    it('shows one service or project, and all as JSON', async () => {
      assert.doesNotMatch((await ask('ps', 'db')).stdout, /web/)
      assert.equal((await ask('ps', 'shop')).stdout.trim().split('\n').length, 5)
      const all = JSON.parse((await ask('ps', '--json')).stdout)
      assert.deepEqual([all.services.length, all.tasks.length, all.waiting.length], [3, 3, 1])
      assert.equal(JSON.parse((await ask('ps', 'db', '--json')).stdout).tasks.length, 1)
    })

    it('says what to do where nothing is deployed', async () => {
      retell(fixture.handMade)
      assert.match((await ask('ps')).stdout, /^Nothing is deployed\./)
    })
  })

  describe('names', () => {
    it('that several services have are refused with all of them', () =>
      refused(['logs', 'web'], /^coterie: web may be shop\/web or blog\/web\. Give the whole name\./))

    it('that are unknown come with the nearest', async () => {
      await refused(['logs', 'dbs'], /^coterie: there is no service dbs; the nearest is shop\/db\./)
      await refused(['open', 'shop/wep'], /the nearest is shop\/web\./)
      await refused(['ps', 'zzzzzz'], /^coterie: there is no service zzzzzz\. See coterie ps/)
    })

    it('of a project and of a service at once are refused where either may be meant', async () => {
      fixture.handMade.script.services = [handMadeService('web', 'web')]
      await refused(['rm', 'web', '-y'], /^coterie: web may be web\/web or web\/\./)
      assert.equal((await ask('rm', 'web/', '-y')).code, 0)
    })
  })

  describe('logs', () => {
    const lines = (many: number) =>
      async function* (task: string) {
        for (let at = 0; at < many; at++)
          yield { atMs: at, stream: 'stdout' as const, text: `${task} says ${at}` }
      }

    it('prints the lines of one task as they are, and of several with their slots', async () => {
      fixture.handMade.script.logs = lines(2)
      assert.equal((await ask('logs', 'db')).stdout, 'shop.db.0.7 says 0\nshop.db.0.7 says 1\n')
      assert.equal(
        (await ask('logs', 'shop/web')).stdout,
        [0, 1]
          .flatMap((at) => [0, 2].map((slot) => `${slot}@kitchen | shop.web.${slot}.7 says ${at}\n`))
          .join(''),
        'in the order of their times',
      )
      assert.equal((await ask('logs', 'shop.web.2.7')).stdout.split('\n').length, 3)
    })

    it('asks for what was given', async () => {
      await ask(
        'logs',
        'db',
        '--tail',
        '7',
        '--grep',
        'says',
        '--since',
        '2026-11-22T07:00Z',
        '--until',
        '2026-11-22T08:00Z',
      )
      await ask('logs', 'db')
      await ask('logs', 'shop/web', '--node', 'kitchen')
      const options = fixture.handMade.script.asked.logs.map(({ options: { signal: _, ...asked } }) => asked)
      const [sinceMs, untilMs] = [Date.UTC(2026, 10, 22, 7), Date.UTC(2026, 10, 22, 8)]
      assert.deepEqual(options, [
        { tail: 7, follow: false, grep: 'says', sinceMs, untilMs },
        ...Array.from({ length: 3 }, () => ({ tail: null, follow: false })),
      ])
      await refused(['logs', 'shop/web', '--node', 'attic'], /^coterie: shop\/web has no task at the moment/)
      await refused(['logs', 'db', '-f', '--until', '1m'], /-f has no end, so it does not go with --until/)
      await refused(['logs', 'db', '--tail', '10001'], /--tail takes a whole number up to 10000/)
    })

    it('prints one object a line with --json', async () => {
      fixture.handMade.script.logs = lines(1)
      const { stdout } = await ask('logs', 'db', '--json')
      const [line] = stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text))
      assert.deepEqual(line, {
        task: 'shop.db.0.7',
        slot: 0,
        node: 'kitchen',
        atMs: 0,
        stream: 'stdout',
        text: 'shop.db.0.7 says 0',
      })
    })

    it('of one task that cannot be read does not keep back the others', async () => {
      fixture.handMade.script.logs = (task) => {
        if (task === 'shop.web.0.7') throw new CoterieError('taskUnknown', { task })
        return lines(1)(task)
      }
      const { code, stdout, stderr } = await ask('logs', 'shop/web')
      assert.deepEqual([code, stdout], [1, '2@kitchen | shop.web.2.7 says 0\n'])
      assert.match(stderr, /^coterie: this node has no task shop\.web\.0\.7\./)
    })

    it('follow a service to its next tasks, go on where a stream broke off, and end with the service', async () => {
      const { script } = fixture.handMade
      const moved = handMadeTask('shop', 'db', 0, { task: 'shop.db.0.9', name: 'attic' })
      let reads = 0
      script.logs = async function* (task, { sinceMs = 0 }: { sinceMs?: number }) {
        const from = task === 'shop.db.0.7' ? 1 : 10
        const said = [from, from + 1, from + 2].map((atMs) => ({
          atMs,
          stream: 'stdout' as const,
          text: `${task} says ${atMs}`,
        }))
        if (reads++ === 0) return yield* said.slice(0, 2)
        yield* said.filter(({ atMs }) => atMs >= sinceMs)
        if (task === 'shop.db.0.7') script.tasks = [moved]
        else script.services = []
      }
      const { code, stdout } = await ask('logs', 'db', '-f')
      assert.equal(code, 0)
      assert.deepEqual(stdout.trim().split('\n'), [
        '0@kitchen | shop.db.0.7 says 1',
        '0@kitchen | shop.db.0.7 says 2',
        '0@kitchen | shop.db.0.7 says 3',
        '0@attic | shop.db.0.9 says 10',
        '0@attic | shop.db.0.9 says 11',
        '0@attic | shop.db.0.9 says 12',
      ])
    })

    it('of a service without tasks says so', () =>
      refused(
        ['logs', 'blog/web'],
        /^coterie: blog\/web has no task at the moment\. See coterie ps blog\/web/,
      ))

    it('is slowed by a reader who does not read, and ends with him', async () => {
      let given = 0
      let gone = false
      fixture.handMade.script.logs = async function* (_task, { signal }) {
        const text = 'x'.repeat(1000)
        try {
          for (; !signal.aborted; given++) {
            yield { atMs: 0, stream: 'stdout', text }
            if (given % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
          }
        } finally {
          gone = true
        }
      }
      const child = startCoterie(words('logs', 'db', '-f'))
      let before = -1
      let same = 0
      // Still for many looks in a row: all buffers on the way are full.
      await eventually('it stands still', () => {
        same = given > 0 && given === before ? same + 1 : 0
        before = given
        return same > 30
      })
      assert.ok(given < 20_000, `${given} lines were read ahead`)
      const outcome = outcomeOf(child)
      child.stdout.destroy()
      await outcome.catch(() => {})
      await eventually('nobody reads on', () => gone)
    })
  })

  describe('rm', () => {
    const seen = revisionId('a')
    const accepted: Applied = {
      revisions: [
        { object: 'service/shop/web', revision: revisionId('d'), state: 'accepted', reason: null },
        { object: 'service/shop/db', revision: revisionId('e'), state: 'accepted', reason: null },
      ],
    }

    it('removes a project or a service', async () => {
      fixture.handMade.script.apply = () => {
        retell(fixture.handMade, { asked: fixture.handMade.script.asked, services, tasks: [] })
        fixture.handMade.script.services = []
        return accepted
      }
      const { stdout } = await ask('rm', 'shop', '-y')
      assert.match(stdout, /^- shop\/web {2}remove\n {4}image +web:1\n {4}replicas +2, of which 1 run\n/)
      assert.match(stdout, /\n2 to remove\nRemoved shop\/web, shop\/db\.\n$/)
      fixture.handMade.script.services = services
      await ask('rm', 'db', '-y')
      fixture.handMade.script.services = services
      assert.deepEqual(
        fixture.handMade.script.asked.apply.map(({ project, changes, remove, via }) => [
          project,
          changes,
          remove,
          via,
        ]),
        [
          [
            'shop',
            [],
            [
              { name: 'web', seen },
              { name: 'db', seen },
            ],
            'cli',
          ],
          ['shop', [], [{ name: 'db', seen }], 'cli'],
        ],
      )
      fixture.handMade.script.apply = () => accepted
      const { outcome, revisions } = JSON.parse((await ask('rm', 'shop', '-y', '--json', '-d')).stdout)
      assert.deepEqual([outcome, revisions], ['accepted', accepted.revisions])
    })

    it('changes nothing without a yes', async () => {
      const { code, stderr } = await ask('rm', 'db')
      assert.equal(code, 1)
      assert.match(stderr, /^coterie: nobody can be asked here whether to remove shop\/db\. Give -y/)
      assert.equal(fixture.handMade.script.asked.apply.length, 0)
    })

    it('is pending without a majority', async () => {
      const [first] = accepted.revisions
      fixture.handMade.script.apply = () =>
        ({ revisions: [{ ...first, state: 'pending', reason: 'no majority' }] }) as Applied
      const { code, stderr } = await ask('rm', 'shop/web', '-y')
      assert.equal(code, 3)
      assert.match(stderr, /^coterie: shop\/web is written down and not accepted yet: no majority\./)
    })
  })

  describe('pending', () => {
    it('shows what waits, by whom and since when', async () => {
      assert.equal((await ask('pending')).stdout, 'Nothing is pending.\n')
      const revision = revisionId('f')
      fixture.handMade.script.pending = [
        {
          object: 'service/shop/web',
          revision,
          action: 'remove',
          author: NODE,
          name: 'attic',
          via: 'cli',
          writtenAtMs: Date.now() - 90_000,
        },
      ]
      const rows = (await ask('pending')).stdout.split('\n').map((line) => line.split(/ {2,}/))
      assert.deepEqual(rows[1]?.slice(0, 3), ['shop/web', 'remove', 'attic (cli)'])
      assert.equal(rows[1]?.[4], 'ffffffffffff')
      assert.equal(JSON.parse((await ask('pending', '--json')).stdout).pending[0].revision, revision)
    })
  })

  describe('open', () => {
    const url = 'http://web.localhost:8090/'

    it('prints the link, and no more where nobody looks', async () => {
      assert.deepEqual(await ask('open', 'shop/web'), { code: 0, stdout: `${url}\n`, stderr: '' })
      const { stdout } = await ask('open', 'shop/web', '--json')
      assert.deepEqual(JSON.parse(stdout), { service: 'shop/web', url })
    })

    it('asks for a browser where there is a screen, and does without one', async () => {
      const bin = join(fixture.dir, 'bin')
      const seen = join(fixture.dir, 'seen')
      await mkdir(bin)
      const path = { DISPLAY: ':9', PATH: bin }
      assert.equal((await coterie(words('open', 'shop/web'), path)).code, 0, 'no xdg-open there')
      await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\necho "$1" > ${seen}\n`)
      await chmod(join(bin, 'xdg-open'), 0o755)
      assert.equal((await coterie(words('open', 'shop/web', '--print'), path)).code, 0)
      await assert.rejects(readFile(seen))
      assert.equal((await coterie(words('open', 'shop/web'), path)).code, 0)
      await eventually('it was asked', async () => (await readFile(seen, 'utf8')) === `${url}\n`)
    })

    it('says why there is no link', () =>
      refused(['open', 'db'], /^coterie: shop\/db has no tcp port that a browser could open\./))
  })
})
