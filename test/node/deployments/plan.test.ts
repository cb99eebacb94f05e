import assert from 'node:assert/strict'
import { specChanges } from '../../../node/deployments/index.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'
import { spec } from '../../crdt/authors.ts'
import { createDesk, PROJECT } from './desk.ts'

const running = { state: 'running', attempt: 1, sinceMs: 5, problem: null, runtime: 'docker', ports: [] }

describe('what differs between two specs', () => {
  const base = spec('web')
  const rows: [string, Parameters<typeof specChanges>[1], ReturnType<typeof specChanges>][] = [
    ['nothing', base, []],
    ['an image', { ...base, image: 'httpd' }, [{ field: 'image', from: 'nginx', to: 'httpd' }]],
    [
      'a variable that is new',
      { ...base, environment: { PORT: '80' } },
      [{ field: 'environment.PORT', from: null, to: '80' }],
    ],
    [
      'a command, which is one value',
      { ...base, command: ['sleep', '1'] },
      [{ field: 'command', from: null, to: '["sleep","1"]' }],
    ],
    [
      'a port, by its parts',
      { ...base, ports: [{ target: 80, published: null, protocol: 'tcp' }] },
      [
        { field: 'ports[0].target', from: null, to: '80' },
        { field: 'ports[0].protocol', from: null, to: 'tcp' },
      ],
    ],
  ]
  for (const [what, to, changes] of rows) {
    it(`is ${what}`, () => assert.deepEqual(specChanges(base, to), changes))
  }

  it('is every field of a service that is new, but for its names', () => {
    const fields = specChanges(null, base).map(({ field }) => field)
    assert.deepEqual(fields, ['image', 'replicas', 'restart'])
  })
})

describe('a plan', () => {
  const withServices = async (...names: string[]) => {
    const world = createDesk()
    const { applied } = await world.ask({ specs: names.map((name) => spec(name)) })
    world.accept()
    await applied
    return world
  }
  const actions = ({ changes }: { changes: readonly { object: string; action: string }[] }) =>
    changes.map(({ object, action }) => `${action} ${object.split('/')[2]}`)

  it('creates, updates and leaves alone; removes what is not named only where that is asked for', async () => {
    const { desk, pending } = await withServices('same', 'other', 'gone')
    const specs = [spec('same'), spec('other', 'httpd'), spec('fresh')]
    const wanted = ['unchanged same', 'update other', 'create fresh']
    assert.deepEqual(actions(desk.plan({ project: PROJECT, specs })), wanted)
    assert.deepEqual(actions(desk.plan({ project: PROJECT, specs, prune: true })), [...wanted, 'remove gone'])
    assert.deepEqual(pending(), [], 'a plan writes nothing')
  })

  it('creates again what was removed, and prunes no other project', async () => {
    const { desk, ask, accept } = await withServices('web')
    const removal = await ask({ remove: ['web'] })
    accept()
    await removal.applied
    assert.deepEqual(actions(desk.plan({ project: PROJECT, specs: [spec('web')] })), ['create web'])
    assert.deepEqual(desk.plan({ project: 'other', specs: [], prune: true }).changes, [])
  })
})

describe('the list of tasks', () => {
  it('tells of a task of a dead node that this is its last word, and does not count it as running', async () => {
    const { desk, commit, view, ask, accept, statuses, health, node } = createDesk()
    const { applied } = await ask({ specs: [spec('web')] })
    accept()
    const [head] = (await applied).revisions
    commit({ type: 'nodeAdmitted', node, name: 'attic', addresses: [], atMs: 1 })
    const revision = head?.revision as string
    const slot = { object: 'service/shop/web', revision, slot: 0, node, replaces: null, reason: 'alone' }
    commit({ type: 'taskAssigned', ...slot })
    const [task] = [...view.tasks.keys()] as [string]
    assert.equal(desk.tasks().tasks[0]?.state, 'assigned')
    statuses.set(task, running as unknown as TaskStatus)
    assert.equal(desk.services().services[0]?.running, 1)
    health.set(node, 'dead')
    const [told] = desk.tasks().tasks
    assert.deepEqual([told?.name, told?.state, told?.problem?.code], ['attic', 'running', 'nodeLost'])
    assert.equal(desk.services().services[0]?.running, 0)
  })
})
