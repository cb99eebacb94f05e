import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Level } from 'level'
import { fromString } from 'uint8arrays'
import { registerName } from '../../../crdt/index.ts'
import { eventually } from '../../support/eventually.ts'
import { createMembers, fastClock, type Member, type Members, writeSpec } from './members.ts'

const KEY = 'task/web.1'

describe('intent: a record that is damaged while nobody reads it', () => {
  let members: Members
  let member: Member
  let told: string[]
  let isForgotten: boolean
  beforeEach(async () => {
    members = await createMembers()
    told = []
    isForgotten = false
    member = await members.add({
      clock: fastClock,
      forgotten: () => isForgotten,
      onFailed: (error) => told.push(`${error.name} ${error.message}`),
    })
  })
  afterEach(() => members.end())

  /** Below the open store, as a bad disk does it. */
  const flipBit = async (key: string) => {
    const level = new Level<string, Uint8Array>(join(member.dataDir, 'store'), {
      valueEncoding: 'view',
      multithreading: true,
    })
    const value = (await level.get(`records/${key}`)) ?? assert.fail(`there is no ${key}`)
    value[10] = (value[10] as number) ^ 1
    await level.put(`records/${key}`, value, { sync: true })
    await level.close()
  }
  const assertTold = async () => {
    const [first] = await eventually('it was told', () => told.length > 0 && told)
    assert.match(first ?? '', /the record records\/\S+ is not what was written/)
  }

  it('is told of by whatever looks for what may be forgotten', async () => {
    member.intent.setRegister(KEY, fromString('running'))
    await eventually('it was said', () => member.intent.register(member.self, KEY))
    await members.restart(member)
    await flipBit(`registers/${registerName({ node: member.self, key: KEY })}`)
    isForgotten = true
    member.intent.forgetSoon(KEY)
    await assertTold()
  })

  it('is told of by the look at all that is held', async () => {
    const { id } = await writeSpec(member, 'web')
    await flipBit(`revisions/${id}`)
    member.intent.review({ objects: new Map() })
    await assertTold()
  })

  it('is told of by the walk along all that is held, which goes on', async () => {
    const { id } = await writeSpec(member, 'web')
    await members.restart(member)
    await flipBit(`revisions/${id}`)
    await assertTold()
    await eventually('it was met again', () => told.length > 1)
  })
})
