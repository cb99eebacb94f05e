import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { fromString, toString as textOf } from 'uint8arrays'
import { eventually } from '../../support/eventually.ts'
import { converged, createMembers, fastClock, type Member, type Members } from './members.ts'

const KEY = 'task/shop.web.0.7'

describe('intent: the registers of a node', () => {
  let members: Members
  let node: Member
  let other: Member

  beforeEach(async () => {
    members = await createMembers()
    node = await members.add()
    other = await members.add()
  })
  afterEach(() => members.end())

  const say = (text: string, key = KEY) => node.intent.setRegister(key, fromString(text))
  const heard = (at: Member, key = KEY) => {
    const register = at.intent.register(node.self, key)
    return register === null ? null : textOf(register.value)
  }
  const hears = (text: string, key = KEY) =>
    eventually(`${text} is heard`, () => heard(other, key) === text && heard(node, key) === text)

  it('of its next life stand above those of the one before', async () => {
    say('running')
    await hears('running')
    await members.restart(node)
    assert.equal(heard(node), 'running')
    say('stopped')
    await hears('stopped')
    assert.deepEqual(
      [other.intent.register(node.self, KEY)?.epoch, other.intent.register(node.self, KEY)?.sequence],
      [2, 1],
    )
  })

  it('are written once where nothing changed, and in one batch where much did', async () => {
    const changes: number[] = []
    other.intent.onChange(({ registers }) => changes.push(registers.length))
    for (const state of ['assigned', 'starting', 'running', 'running']) say(state)
    say('running', 'task/shop.web.1.8')
    await hears('running')
    await hears('running', 'task/shop.web.1.8')
    say('running')
    say('stopped', 'task/shop.web.1.8')
    await hears('stopped', 'task/shop.web.1.8')
    assert.deepEqual(changes, [2, 1])
  })

  it('are written again above a life that its directory, an older copy, forgot', async () => {
    say('running')
    await hears('running')
    await members.stop(node)
    await cp(node.dataDir, `${node.dataDir}.copy`, { recursive: true })
    for (let life = 0; life < 3; life++) await members.restart(node)
    say('stopped')
    say('forgotten', 'task/shop.web.1.8')
    await hears('stopped')
    await hears('forgotten', 'task/shop.web.1.8')
    await members.stop(node)
    await rm(node.dataDir, { recursive: true })
    await cp(`${node.dataDir}.copy`, node.dataDir, { recursive: true })
    await members.restart(node)
    say('rejected')
    await hears('rejected')
    // What only the forgotten life said comes back from the others.
    await hears('forgotten', 'task/shop.web.1.8')
    await converged([node, other])
  })

  it('with a value over its size are refused at once', () => {
    assert.throws(() => node.intent.setRegister(KEY, new Uint8Array(50_000)), { code: 'registerInvalid' })
  })

  it('are forgotten on every node where a decision says so, and do not come back', async () => {
    const gone = new Set<string>()
    const rule = { forgotten: (_node: string, key: string) => gone.has(key), clock: fastClock }
    const all = [await members.add(rule), await members.add(rule)]
    const [first, second] = all
    assert.ok(first && second)
    // The two that know no decisions would bring it back.
    await Promise.all([members.stop(node), members.stop(other)])
    first.intent.setRegister(KEY, fromString('stopped'))
    first.intent.setRegister('task/shop.web.1.8', fromString('running'))
    await eventually('both are there', () => second.intent.registers('task/').length === 2)
    gone.add(KEY)
    await eventually('it is forgotten', () =>
      all.every(
        ({ intent }) =>
          intent
            .registers('task/')
            .map(({ key }) => key)
            .join() === 'task/shop.web.1.8',
      ),
    )
    await converged(all)
    assert.deepEqual(
      second.intent.registers('task/').map(({ key }) => key),
      ['task/shop.web.1.8'],
    )
  })
})
