import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Applied, Plan, Task } from '../../../protocols/control/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { type Fixture, startControl } from '../../node/control/fixture.ts'
import {
  handMadeService,
  handMadeTask,
  retell,
  revisionId,
  type Script,
} from '../../node/control/hand-made.ts'
import { eventually } from '../../support/eventually.ts'
import { coterie, outcomeOf, startCoterie } from '../coterie.ts'

const HEAD = revisionId('b')
const OBJECT = 'service/shop/web'
const COMPOSE = 'name: shop\nservices:\n  web: {image: web:2}\n'

const update: Plan = {
  changes: [
    {
      object: OBJECT,
      action: 'update',
      head: revisionId('a'),
      fields: [{ field: 'image', from: 'web:1', to: 'web:2\u001b[2J' }],
    },
  ],
  placements: [{ object: OBJECT, slot: 0, node: 'kitchen', reason: 'no replica there yet' }],
}
const unplaced: Plan = {
  ...update,
  placements: [{ object: OBJECT, slot: 0, node: null, reason: 'port 80 is taken on 1 of 1 node' }],
}
const applied = (state: Applied['revisions'][number]['state'], reason: string | null = null): Applied => ({
  revisions: [{ object: OBJECT, revision: HEAD, state, reason }],
})
const task = (more: Partial<Task>) => handMadeTask('shop', 'web', 0, { revision: HEAD, ...more })

/** The change is accepted, and its task runs. */
const story = (): Partial<Script> => ({
  plan: () => update,
  apply: () => applied('accepted'),
  services: [handMadeService('shop', 'web', { revision: HEAD })],
  tasks: [task({})],
})

describe('cli: deploy', () => {
  let fixture: Fixture
  let file: string
  before(async () => {
    fixture = await startControl()
    file = join(fixture.dir, 'shop.yaml')
    await writeFile(file, COMPOSE)
  })
  after(() => fixture.stop())

  beforeEach(() => retell(fixture.handMade, story()))

  const words = (...more: string[]) => ['deploy', '-f', file, '--socket', fixture.socketPath, ...more]
  const deploy = (...more: string[]) => coterie(words('-y', ...more))

  const change = (more: Partial<Task>) => {
    fixture.handMade.script.tasks = [task(more)]
    const { state, attempt, problem, node, name } = task(more)
    fixture.events.record({ type: 'taskChanged', task: task({}).task, state, attempt, problem, node, name })
  }

  it('shows the plan, then one line for each change, and where it can be opened', async () => {
    fixture.handMade.script.tasks = [task({ state: 'preparing' })]
    const child = startCoterie(words('-y'))
    let progress = ''
    child.stderr.on('data', (chunk) => {
      progress += chunk
    })
    const outcome = outcomeOf(child)
    await eventually('the first line', () => progress.includes('shop/web 0  preparing on kitchen\n'))
    change({ state: 'starting' })
    await eventually('the second line', () => progress.includes('shop/web 0  starting on kitchen\n'))
    change({})
    const { code, stdout, stderr } = await outcome
    assert.equal(code, 0, stderr)
    assert.equal(stderr.trim().split('\n').length, 3, stderr)
    assert.match(
      stdout,
      /^~ shop\/web {2}update\n {4}image +web:1 -> web:2 \[2J\n/,
      'nothing a terminal obeys',
    )
    assert.match(stdout, /^shop\/web +0 +kitchen +no replica there yet$/m)
    assert.match(stdout, /1 to update/)
    assert.match(
      stdout,
      /shop is deployed: one slot runs\.\n {2}shop\/web {2}http:\/\/web\.localhost:8090\/\n$/,
    )
  })

  it('asks for exactly what the file says', async () => {
    await deploy('--prune')
    const [planned] = fixture.handMade.script.asked.plan
    assert.deepEqual([planned?.project, planned?.prune], ['shop', true])
    const [request] = fixture.handMade.script.asked.apply
    assert.deepEqual(request?.changes, [{ spec: planned?.specs[0], seen: revisionId('a') }])
    assert.equal(request?.via, 'cli')
  })

  it('insists on the heads of the plan with --if-revision', async () => {
    await deploy('--if-revision')
    assert.equal(fixture.handMade.script.asked.apply[0]?.changes[0]?.ifHead, revisionId('a'))
  })

  it('removes what the plan says', async () => {
    const remove = { object: 'service/shop/old', action: 'remove' as const, head: HEAD, fields: [] }
    fixture.handMade.script.plan = () => ({ ...update, changes: [...update.changes, remove] })
    fixture.handMade.script.apply = () => ({
      revisions: [{ ...remove, revision: HEAD, state: 'accepted', reason: null }],
    })
    const { stdout } = await deploy('--prune')
    assert.match(stdout, /shop is deployed\.\n$/)
    assert.match(stdout, /^- shop\/old {2}remove$/m)
    assert.deepEqual(fixture.handMade.script.asked.apply[0]?.remove, [{ name: 'old', seen: HEAD }])
  })

  it('prints exactly one object with --json, and nothing else', async () => {
    const { code, stdout, stderr } = await deploy('--json')
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(stdout.trim().split('\n').length, 1)
    const report = JSON.parse(stdout)
    assert.equal(report.outcome, 'up')
    assert.equal(report.slots[0].task, 'shop.web.0.7')
    assert.equal(report.problem, null)
  })

  it('has nothing to do where nothing changes', async () => {
    fixture.handMade.script.plan = () =>
      ({ changes: [{ ...update.changes[0], action: 'unchanged' }], placements: [] }) as Plan
    const { code, stdout } = await coterie(words())
    assert.equal(code, 0)
    assert.match(stdout, /1 unchanged\nNothing to change\.\n$/)
    assert.equal(fixture.handMade.script.asked.apply.length, 0)
  })

  it('only plans with --plan, and says by its exit code whether all has a place', async () => {
    assert.equal((await coterie(words('--plan'))).code, 0)
    const left = { object: 'service/shop/db', action: 'unchanged' as const, head: HEAD, fields: [] }
    fixture.handMade.script.plan = () => ({
      changes: [...unplaced.changes, left],
      placements: [...unplaced.placements, { object: left.object, slot: 0, node: null, reason: 'x' }],
    })
    const { code, stdout, stderr } = await coterie(words('--plan'))
    assert.equal(code, 2)
    assert.match(stdout, /^shop\/web +0 +nowhere +port 80 is taken/m)
    assert.match(stderr, /^coterie: no node can take shop\/web 0 \(port 80 is taken on 1 of 1 node\)\. .*\n$/)
    assert.equal(fixture.handMade.script.asked.apply.length, 0)
  })

  it('changes nothing without a yes', async () => {
    for (const more of [[], ['--json']]) {
      const { code, stderr } = await coterie(words(...more))
      assert.equal(code, 1)
      assert.match(stderr, /^coterie: nobody can be asked here whether to deploy shop\. Give -y .*\n$/)
    }
    assert.equal(fixture.handMade.script.asked.apply.length, 0)
  })

  it('does not wait with --detach', async () => {
    fixture.handMade.script.tasks = []
    const { code, stdout } = await deploy('--detach')
    assert.equal(code, 0)
    assert.match(stdout, /Accepted\. See coterie ps/)
  })

  it('waits until it is up, however often it falls first', async () => {
    const problem = { code: 'taskEnded', message: 'task shop.web.0.7 ended with exit code 1', next: 'x' }
    fixture.handMade.script.tasks = [task({ state: 'waiting', problem })]
    const child = startCoterie(words('-y', '--json'))
    await eventually('it was looked at', () => fixture.handMade.script.asked.tasks > 0)
    change({ attempt: 2, problem })
    const { code, stdout } = await outcomeOf(child)
    assert.equal(code, 0)
    assert.match(JSON.parse(stdout).slots[0].text, /running on kitchen, attempt 2, task .* exit code 1/)
  })
})

describe('cli: a deployment that ends otherwise', () => {
  let fixture: Fixture
  let file: string
  before(async () => {
    fixture = await startControl()
    file = join(fixture.dir, 'shop.yaml')
    await writeFile(file, COMPOSE)
  })
  after(() => fixture.stop())
  beforeEach(() => retell(fixture.handMade, { ...story(), tasks: [] }))

  const words = (...more: string[]) => ['deploy', '-f', file, '-y', '--socket', fixture.socketPath, ...more]

  /** Ends so, also with --json, which then carries the code. */
  const ends = async (exit: number, outcome: string, line: RegExp, ...more: string[]) => {
    const { code, stderr } = await coterie(words(...more))
    assert.equal(code, exit, stderr)
    assert.match(stderr, line)
    const json = await coterie(words('--json', ...more))
    assert.equal(json.code, exit)
    const report = JSON.parse(json.stdout)
    assert.equal(report.outcome, outcome)
    assert.match(`coterie: ${report.problem.message}`, new RegExp(line.source.split('\\.')[0] as string, 'm'))
    return stderr
  }

  it('fails with the last lines of what failed', async () => {
    const problem = { code: 'taskEnded', message: 'task shop.web.0.7 ended with exit code 3', next: 'x' }
    fixture.handMade.script.tasks = [task({ state: 'failed', problem, lastLines: ['from the status'] })]
    fixture.handMade.script.logs = async function* () {
      for (let at = 0; at < 12; at++) yield { atMs: at, stream: 'stderr', text: `line ${at}` }
    }
    const stderr = await ends(1, 'failed', /^coterie: shop\/web 0 failed: task shop\.web\.0\.7 ended/m)
    assert.match(stderr, /shop\/web 0 on kitchen wrote last:\n {2}line 2\n(.*\n){8} {2}line 11\n/)
    assert.equal(fixture.handMade.script.asked.logs[0]?.options.tail, 10)
    fixture.handMade.script.logs = () => {
      throw new CoterieError('taskUnknown', { task: 'shop.web.0.7' })
    }
    assert.match((await coterie(words())).stderr, /wrote last:\n {2}from the status\n/)
  })

  it('has no place', async () => {
    fixture.handMade.script.waiting = [
      { object: OBJECT, slot: 0, reason: 'no Docker engine answers', retryAtMs: null },
    ]
    await ends(2, 'unplaced', /^coterie: no node can take shop\/web 0 \(waits: no Docker engine answers\)/m)
  })

  it('is pending without a majority', async () => {
    fixture.handMade.script.apply = () => applied('pending', 'no majority of the voters is there')
    await ends(
      3,
      'pending',
      /^coterie: shop\/web is written down and not accepted yet: no majority of the voters/m,
    )
  })

  it('is refused', async () => {
    fixture.handMade.script.apply = () => applied('refused', 'it is at another revision')
    await ends(1, 'refused', /^coterie: the change of shop\/web was refused: it is at another revision/m)
  })

  it('is superseded by what somebody else changed', async () => {
    fixture.handMade.script.services = [handMadeService('shop', 'web', { revision: revisionId('c') })]
    await ends(1, 'superseded', /^coterie: somebody else changed shop\/web meanwhile/m)
  })

  it('is late, with what does not run yet', async () => {
    fixture.handMade.script.tasks = [task({ state: 'preparing' })]
    const line = /^coterie: after 1 s these do not run yet: shop\/web 0 \(preparing on kitchen\)/m
    await ends(1, 'late', line, '--timeout', '1')
  })

  it('goes on without a person who left', async () => {
    fixture.handMade.script.tasks = [task({ state: 'preparing' })]
    for (const more of [[], ['--json']]) {
      fixture.handMade.script.asked.tasks = 0
      const child = startCoterie(words(...more))
      const outcome = outcomeOf(child)
      await eventually('it was looked at', () => fixture.handMade.script.asked.tasks > 0)
      child.kill('SIGINT')
      const { code, stdout, stderr } = await outcome
      assert.equal(code, 130)
      assert.match(stderr, /^coterie: shop goes on without this command\. Look again with coterie ps\.\n$/m)
      if (more.length > 0) assert.equal(JSON.parse(stdout).outcome, 'left')
    }
  })

  it('goes on without a person who left before it was accepted', async () => {
    const answer = Promise.withResolvers<Applied>()
    fixture.handMade.script.apply = () => answer.promise
    const child = startCoterie(words())
    const outcome = outcomeOf(child)
    await eventually('it was asked', () => fixture.handMade.script.asked.apply.length > 0)
    child.kill('SIGINT')
    assert.equal((await outcome).code, 130)
    answer.resolve(applied('accepted'))
  })

  it('cannot be followed where the daemon goes away', async () => {
    const own = await startControl()
    retell(own.handMade, { ...story(), tasks: [task({ state: 'preparing' })] })
    const child = startCoterie(['deploy', '-f', file, '-y', '--socket', own.socketPath])
    const outcome = outcomeOf(child)
    await eventually('it was looked at', () => own.handMade.script.asked.tasks > 0)
    await own.stop()
    const { code, stderr } = await outcome
    assert.equal(code, 1)
    // It may still hear the daemon's last words.
    assert.match(stderr, /^coterie: (no daemon answers at |the daemon is stopping)/m)
  })
})
