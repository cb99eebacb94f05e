/** A majority of the voters is lost for good, and somebody recovers the mesh at the one that is left. */
import assert from 'node:assert/strict'
import type { Lost, Quorum, Recovered } from '../../protocols/control/index.ts'
import { coterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, allAlive, settledVoters, statusOf, votersOf } from '../support/mesh-views.ts'
import { deploy, onlyPrograms, PROCESSES_ONLY, runningOn, sleeper } from '../support/task-views.ts'

const PROJECT = 'e2e-recovery'

describe('a quorum that is lost for good', function () {
  this.timeout(90_000)
  let daemons: Daemons
  let [attic, cellar, shed, loft]: RunningDaemon[] = []
  let token: string
  const at = (daemon: RunningDaemon | undefined) => daemon as RunningDaemon
  const addressOf = (daemon: RunningDaemon | undefined) => at(daemon).ready.addresses[0] as string

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    ;[attic, cellar, shed] = await daemons.mesh('attic', 'cellar', 'shed')
    token = await at(attic).invite()
    await settledVoters([at(attic), at(cellar), at(shed)], 3)
    await deploy(at(shed), sleeper(PROJECT, 'web', { saying: 'before' }))
  })
  after(() => daemons.close())

  it('is not recovered while it lives', async () => {
    await assert.rejects(at(shed).post('/v1/quorum/recover', { force: false }), /quorumLives/)
  })

  it('goes on at the survivor, once somebody says so', async () => {
    // What is decided meanwhile, the survivor does not know.
    await at(shed).end('SIGKILL')
    await agreedLeader([at(attic), at(cellar)])
    await deploy(at(attic), sleeper(PROJECT, 'web', { saying: 'only the lost ones know' }))
    loft = await daemons.start({ name: 'loft', token, flags: ['--at', addressOf(attic)] })
    await Promise.all([attic, cellar].map((daemon) => at(daemon).end('SIGKILL')))
    shed = await daemons.start({ name: 'shed' })
    const survey = (await at(shed).get('/v1/quorum')) as Quorum
    assert.equal(survey.leader, null)
    assert.deepEqual(
      survey.members.map(({ name, log }) => [name, log === null]),
      [
        ['shed', false],
        ['attic', true],
        ['cellar', true],
      ],
    )
    const { generation } = (await at(shed).post('/v1/quorum/recover', { force: false })) as Recovered
    assert.ok(generation > 1)
    assert.equal((await statusOf(at(shed))).generation, generation)
    const { stdout } = await coterie(['status', '--socket', at(shed).ready.socket])
    assert.match(stdout, new RegExp(`log .* committed, generation ${generation}: coterie quorum lost`))
    const { voters } = await votersOf(at(shed))
    assert.deepEqual(
      voters.map(({ name }) => name),
      ['shed'],
    )
    await deploy(at(shed), sleeper(PROJECT, 'db', { saying: 'after' }))
    const [task] = await runningOn([at(shed)], sleeper(PROJECT, 'db'))
    const fence = Number(task?.task.split('.').at(-1))
    assert.ok(fence >= 2 ** 40, `the token ${fence} lies above all of the first generation`)
  })

  it('is followed by a lost one that returns, which lists what only it had', async () => {
    attic = await daemons.start({ name: 'attic' })
    const { generation } = (await at(shed).get('/v1/quorum')) as Quorum
    await eventually('attic in the new generation', async () => {
      const survey = (await at(attic).get('/v1/quorum')) as Quorum
      return survey.generation === generation
    })
    const leader = await agreedLeader([at(attic), at(shed)])
    assert.equal(leader, at(shed).ready.node.id)
    // Whether it is given a vote by now depends on whether the third full node has found them.
    await eventually('attic a follower, or more than that', async () =>
      ['follower', 'learner', 'voter'].includes((await statusOf(at(attic))).role),
    )
    const { decisions } = (await at(attic).get('/v1/quorum/lost')) as Lost
    const edits = decisions.filter(({ what }) => what.startsWith(`service/${PROJECT}/web: edit`))
    assert.equal(edits.length, 1)
    assert.deepEqual(await at(shed).get('/v1/quorum/lost'), { decisions: [], spans: [] })
  })

  it('accepts anew the edit that came back', async () => {
    const again = await eventually('the edit accepted', async () => {
      const { decisions } = (await at(attic).get('/v1/quorum/lost')) as Lost
      return decisions.find(({ what }) => what.startsWith(`service/${PROJECT}/web: edit`))?.again
    })
    assert.equal(again, true)
  })

  it('takes in who was admitted by the lost ones alone, and who comes now', async () => {
    const barn = await daemons.start({ name: 'barn', token, flags: ['--at', addressOf(shed)] })
    const all = [at(shed), at(loft), barn, at(attic)]
    await agreedLeader(all)
    await allAlive(all, 4)
    await at(loft).end('SIGTERM')
    await barn.end('SIGTERM')
  })

  it('is a quorum of three again when the third is back', async () => {
    cellar = await daemons.start({ name: 'cellar' })
    const mesh = [at(attic), at(cellar), at(shed)]
    await settledVoters(mesh, 3)
    for (const name of ['web', 'db']) {
      const spec = sleeper(PROJECT, name)
      await onlyPrograms(spec, await runningOn(mesh, spec))
    }
  })
})
