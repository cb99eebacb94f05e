import assert from 'node:assert/strict'
import { createUserMesh, type UserMesh, type UserNode } from './mesh.ts'
import { newKey, signIn } from './sign-in.ts'

const PASSWORD = 'correct horse battery'
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

describe('users: sessions', function () {
  this.timeout(30_000)
  let mesh: UserMesh
  let first: UserNode
  let second: UserNode
  let third: UserNode

  before(async () => {
    mesh = await createUserMesh(3)
    ;[first, second, third] = mesh.nodes as [UserNode, UserNode, UserNode]
    await first.users.add({ user: 'ada', kind: 'person', role: 'operator', password: PASSWORD })
  })
  after(() => mesh.close())
  afterEach(() => {
    mesh.hasMajority = true
    for (const node of mesh.nodes) mesh.setCutOff(node, false)
  })

  const login = (node: UserNode) => node.users.loginByPassword({ user: 'ada', password: PASSWORD }, null)
  const sessionOf = async (node: UserNode, access: string) => (await node.users.admit(access)).session
  const over = { code: 'sessionOver' }

  it('begun on any node are known to all, and their tokens verified by all, offline', async () => {
    const { access } = await login(second)
    const { session } = await second.users.admit(access)
    for (const node of mesh.nodes) {
      const { again, ...admitted } = await node.users.admit(access)
      assert.deepEqual(admitted, { name: 'ada', kind: 'person', session, role: 'operator' })
      assert.partialDeepStrictEqual(again(), admitted)
      assert.ok(node.users.sessions().some((each) => each.session === session && each.name === 'node-1'))
    }
  })

  it('begin on a node that is cut off, and are good where nobody heard of them', async () => {
    mesh.setCutOff(third, true)
    mesh.hasMajority = false
    const { access } = await login(third)
    assert.equal((await third.users.admit(access)).name, 'ada')
    const session = await sessionOf(first, access)
    assert.ok(!first.users.sessions().some((each) => each.session === session))
  })

  it('end at once without a majority, for every node that hears of it, and for others when they do', async () => {
    const { access } = await login(first)
    const session = await sessionOf(first, access)
    mesh.hasMajority = false
    mesh.setCutOff(third, true)
    await second.users.end(session, 'ended by an admin')
    for (const node of [first, second]) await assert.rejects(node.users.admit(access), over)
    assert.ok(await third.users.admit(access))
    mesh.setCutOff(third, false)
    await assert.rejects(third.users.admit(access), over)
    assert.ok(!third.users.sessions().some((each) => each.session === session))
  })

  it('stay ended when their token is replayed after a logout and a restart', async () => {
    const { access, refresh } = await login(first)
    await first.users.end(await sessionOf(first, access), 'logged out')
    for (const node of mesh.nodes) {
      await assert.rejects(node.users.admit(access), over)
      await node.restart()
      await assert.rejects(node.users.admit(access), over)
    }
    await assert.rejects(first.users.refresh(refresh), over)
  })

  it('stay ended when the node that said so is removed', async () => {
    const fresh = await createUserMesh(3)
    try {
      const [one, two, gone] = fresh.nodes as [UserNode, UserNode, UserNode]
      await one.users.add({ user: 'ada', kind: 'person', role: 'viewer', password: PASSWORD })
      const { access } = await login(one)
      fresh.setCutOff(two, true)
      await gone.users.end(await sessionOf(one, access), 'ended by an admin')
      fresh.decide({ type: 'nodeRemoved', node: gone.id, atMs: 1 })
      assert.ok(await two.users.admit(access), 'it heard nothing yet')
      fresh.setCutOff(two, false)
      await assert.rejects(two.users.admit(access), over)
    } finally {
      await fresh.close()
    }
  })

  it('are refreshed by the node that began them, each time with the token given last', async () => {
    const begun = await login(first)
    const next = await first.users.refresh(begun.refresh)
    await first.restart()
    const last = await first.users.refresh(next.refresh)
    assert.equal(await sessionOf(second, last.access), await sessionOf(second, begun.access))
    await assert.rejects(second.users.refresh(last.refresh), over)
    assert.ok(await first.users.refresh(last.refresh), 'asking elsewhere took nothing away')
  })

  it('end everywhere when a refresh token is used twice, for one of the two stole it', async () => {
    const { access, refresh } = await login(first)
    const next = await first.users.refresh(refresh)
    await assert.rejects(first.users.refresh(refresh), over)
    await assert.rejects(first.users.refresh(next.refresh), over)
    for (const token of [access, next.access])
      for (const node of mesh.nodes) await assert.rejects(node.users.admit(token), over)
  })

  it('give their next token to one of two who ask at the same time, and end', async () => {
    const { refresh } = await login(first)
    const both = await Promise.allSettled([first.users.refresh(refresh), first.users.refresh(refresh)])
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    const [won] = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    await assert.rejects(first.users.admit(won?.access as string), over)
  })

  it('end by themselves: the access after 15 minutes at most, the refresh after a week, all after a month', async () => {
    const begun = await login(first)
    mesh.clock.pass(13 * MINUTE_MS)
    assert.ok(await first.users.admit(begun.access))
    mesh.clock.pass(2 * MINUTE_MS)
    await assert.rejects(first.users.admit(begun.access), { code: 'tokenRefused' })
    let last = begun
    for (let day = 6; day < 30; day += 6) {
      mesh.clock.pass(6 * DAY_MS)
      last = await first.users.refresh(last.refresh)
    }
    mesh.clock.pass(6 * DAY_MS)
    await assert.rejects(first.users.refresh(last.refresh), { code: 'tokenRefused' })
    assert.deepEqual(first.users.sessions(), [])
    const late = await login(first)
    mesh.clock.pass(8 * DAY_MS)
    await assert.rejects(first.users.refresh(late.refresh), { code: 'tokenRefused' })
  })

  it('are at most some of each user on a node: the oldest ends', async () => {
    const key = newKey()
    await first.users.addKey('ada', key.line)
    const { access } = await signIn(first.users, 'ada', key)
    for (let count = 0; count < 32; count++) {
      mesh.clock.pass(1_000)
      await signIn(first.users, 'ada', key)
    }
    await assert.rejects(second.users.admit(access), over)
    assert.equal(second.users.sessions().length, 32)
  })
})
