import assert from 'node:assert/strict'
import type { DecisionOf } from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { spec } from '../../crdt/authors.ts'
import { createDesk, PROJECT } from './desk.ts'

const WEB = { project: PROJECT, name: 'web' }
const OBJECT = `service/${PROJECT}/web`

/** A desk whose mesh knows of updates, with a service that was deployed with these images, one after the other. */
const deployed = async (...images: string[]) => {
  const world = createDesk()
  world.commit({ type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 1, version: 2 })
  for (const image of images) {
    const { applied } = await world.ask({ specs: [spec('web', image)] })
    world.accept()
    await applied
  }
  const { desk, view } = world
  const service = () => desk.services().services.find(({ object }) => object === OBJECT)
  const history = () => view.objects.get(OBJECT)?.history ?? []
  return { ...world, service, history }
}

const code = (wanted: string) => (error: unknown) => isCoterieError(error) && error.code === wanted

describe('what a person says of an update', () => {
  it('takes a service back, to the one before or to any that is kept', async () => {
    const { desk, service, history } = await deployed('one', 'two', 'three')
    const [three, two, one] = history()
    assert.equal(service()?.update, null)
    const { update } = await desk.steerUpdate(WEB, { order: 'rollback' })
    assert.deepEqual([update.state, update.back], ['rollback_started', two])
    await desk.steerUpdate(WEB, { order: 'rollback', to: one as string })
    assert.equal(service()?.update?.back, one)
    await assert.rejects(
      desk.steerUpdate(WEB, { order: 'rollback', to: one as string }),
      code('rollbackImpossible'),
    )
    const forward = await desk.steerUpdate(WEB, { order: 'rollback', to: three as string })
    assert.equal(forward.update.state, 'updating')
  })

  it('pauses it and lets it go on', async () => {
    const { desk, service } = await deployed('one', 'two')
    await desk.steerUpdate(WEB, { order: 'rollback' })
    await desk.steerUpdate(WEB, { order: 'pause' })
    assert.equal(service()?.update?.state, 'rollback_paused')
    await desk.steerUpdate(WEB, { order: 'resume' })
    assert.equal(service()?.update?.state, 'rollback_started')
  })

  it('is refused where there is nothing to say it of', async () => {
    const { desk } = await deployed('one')
    const rollback = { order: 'rollback' } as const
    await assert.rejects(desk.steerUpdate(WEB, { order: 'pause' }), code('nothingUpdates'))
    await assert.rejects(desk.steerUpdate(WEB, rollback), code('rollbackImpossible'))
    await assert.rejects(
      desk.steerUpdate(WEB, { ...rollback, to: 'e'.repeat(64) }),
      code('rollbackImpossible'),
    )
    await assert.rejects(desk.steerUpdate({ ...WEB, name: 'none' }, rollback), code('serviceUnknown'))
  })
})

describe('a service that was taken back', () => {
  it('is deployed anew by the file that says the same as its head', async () => {
    const { desk, commit, history, ask, accept, service } = await deployed('one', 'two')
    const plan = () => desk.plan({ project: PROJECT, specs: [spec('web', 'two')] }).changes[0]?.action
    assert.equal(plan(), 'unchanged')
    const [head] = history() as [string]
    await desk.steerUpdate(WEB, { order: 'rollback' })
    assert.equal(plan(), 'update')
    const { applied } = await ask({ specs: [spec('web', 'two')] })
    accept()
    assert.equal((await applied).revisions[0]?.state, 'accepted')
    assert.notEqual(history()[0], head)
    assert.equal(service()?.update, null)
    const step: Omit<DecisionOf<'updateProgressed'>, 'revision'> = {
      type: 'updateProgressed',
      object: OBJECT,
      back: head,
      step: 1,
      state: 'updating',
      phase: 'preparing',
      changing: [1],
      opened: 1,
      failed: [],
      done: 0,
      failures: 0,
      atMs: 7,
      reason: '1 of 1 that are left',
    }
    commit({ ...step, revision: history()[0] as string })
    assert.deepEqual(service()?.update, {
      state: 'updating',
      phase: 'preparing',
      changing: [1],
      done: 0,
      failures: 0,
      back: head,
      sinceMs: 7,
      reason: '1 of 1 that are left',
    })
  })
})
