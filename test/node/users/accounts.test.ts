import assert from 'node:assert/strict'
import { createUserMesh, type UserMesh, type UserNode } from './mesh.ts'

const PASSWORD = 'correct horse battery'
const OTHER = 'staple of another one'
const over = { code: 'sessionOver' }

describe('users: accounts', function () {
  this.timeout(30_000)
  let mesh: UserMesh
  let first: UserNode
  let second: UserNode

  beforeEach(async () => {
    mesh = await createUserMesh(2)
    ;[first, second] = mesh.nodes as [UserNode, UserNode]
    await first.users.add({ user: 'ada', kind: 'person', role: 'operator', password: PASSWORD })
  })
  afterEach(() => mesh.close())

  const login = (node: UserNode, password = PASSWORD) =>
    node.users.loginByPassword({ user: 'ada', password }, null)

  it('are added once under a name', async () => {
    await assert.rejects(second.users.add({ user: 'ada', kind: 'person', role: 'viewer' }), {
      code: 'decisionRefused',
    })
    assert.deepEqual(second.users.list(), [
      { user: 'ada', kind: 'person', role: 'operator', hasPassword: true, keys: [] },
    ])
  })

  it('lose a role at once, also for tokens that were given before', async () => {
    const { access } = await login(first)
    await second.users.setRole('ada', 'viewer')
    assert.equal((await first.users.admit(access)).role, 'viewer')
  })

  it('with a new password have no sessions of before', async () => {
    const { access, refresh } = await login(first)
    await second.users.setPassword('ada', { password: OTHER }, null)
    await assert.rejects(first.users.admit(access), over)
    await assert.rejects(first.users.refresh(refresh), over)
    await assert.rejects(login(first), { code: 'loginRefused' })
    assert.ok(await first.users.admit((await login(first, OTHER)).access))
  })

  it('are looked at once the log is applied, also where a session is refreshed', async () => {
    const { access, refresh } = await login(first)
    const { promise, resolve } = Promise.withResolvers<void>()
    mesh.settling = promise
    const asked = [first.users.admit(access), first.users.refresh(refresh), login(first)]
    await second.users.setPassword('ada', { password: OTHER }, null)
    resolve()
    const answers = await Promise.allSettled(asked)
    assert.deepEqual(
      answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : answer)),
      ['sessionOver', 'sessionOver', 'loginRefused'],
    )
  })

  it('take a new password of their owner only by the present one', async () => {
    const change = (current: string) => first.users.setPassword('ada', { password: OTHER, current }, null)
    await assert.rejects(change('wrong'), { code: 'loginRefused' })
    await change(PASSWORD)
    assert.ok(await login(second, OTHER))
  })

  it('keep the password that an admin gave while somebody changed it by the one before', async () => {
    const byOwner = first.users.setPassword('ada', { password: OTHER, current: PASSWORD }, null)
    const byAdmin = first.users.setPassword('ada', { password: 'one that nobody stole' }, null)
    await assert.rejects(byOwner, { code: 'loginRefused' })
    await byAdmin
    assert.ok(await login(first, 'one that nobody stole'))
  })

  it('are barred at once without a majority, and removed when there is one', async () => {
    const { access } = await login(first)
    mesh.hasMajority = false
    assert.deepEqual(await second.users.remove('ada'), { state: 'pending' })
    for (const { users } of mesh.nodes) {
      await assert.rejects(users.admit(access), over)
      await assert.rejects(users.loginByPassword({ user: 'ada', password: PASSWORD }, null), {
        code: 'loginRefused',
      })
      assert.deepEqual(users.list(), [])
    }
    assert.equal(first.decisions.view.accounts.size, 1)
    await second.restart()
    mesh.hasMajority = true
    mesh.clock.pass(60_000)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(first.decisions.view.accounts.size, 0)
  })

  it('have an admin left: the last one is neither removed nor made less', async () => {
    await first.users.setRole('ada', 'admin')
    const last = { code: 'decisionRefused', message: /the last admin/ }
    await assert.rejects(first.users.remove('ada'), last)
    await assert.rejects(first.users.setRole('ada', 'viewer'), last)
    assert.ok(await login(second), 'and is not barred')
    await first.users.add({ user: 'eve', kind: 'person', role: 'admin' })
    const both = await Promise.allSettled([
      first.users.setRole('ada', 'viewer'),
      second.users.setRole('eve', 'viewer'),
    ])
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  it('do not come back: neither by what is said again, nor by a new one of that name', async () => {
    const { access, refresh } = await login(first)
    const known = [...first.decisions.view.accounts.values()][0]
    assert.ok(known)
    await first.users.remove('ada')
    const asOf = known.addedAt - 1
    const { account, name, kind, grants, password, keys } = known
    const again = { type: 'accountAdded', account, name, kind, grants, password, keys, asOf } as const
    assert.throws(() => mesh.decide(again), {
      code: 'decisionRefused',
    })
    await first.users.add({ user: 'ada', kind: 'person', role: 'viewer', password: PASSWORD })
    for (const { users } of mesh.nodes) await assert.rejects(users.admit(access), over)
    await assert.rejects(first.users.refresh(refresh), over)
    assert.ok(await first.users.admit((await login(second)).access))
  })

  it('of machines have keys and no password', async () => {
    const watcher = { user: 'watcher', kind: 'machine', role: 'viewer' } as const
    await assert.rejects(first.users.add({ ...watcher, password: PASSWORD }), { code: 'requestInvalid' })
    await first.users.add(watcher)
    await assert.rejects(first.users.setPassword('watcher', { password: PASSWORD }, null), {
      code: 'requestInvalid',
    })
  })

  it('are changed by a majority alone', async () => {
    mesh.hasMajority = false
    await assert.rejects(first.users.setPassword('ada', { password: OTHER }, null), { code: 'noQuorum' })
    await assert.rejects(first.users.add({ user: 'eve', kind: 'person', role: 'admin' }), {
      code: 'noQuorum',
    })
    assert.ok(await login(first), 'and everybody logs in as before')
  })

  it('are unknown where nobody has that name', async () => {
    for (const change of [first.users.setRole('eve', 'admin'), first.users.remove('eve')])
      await assert.rejects(Promise.resolve(change), { code: 'userUnknown' })
  })
})
