import assert from 'node:assert/strict'
import { eventually } from '../../support/eventually.ts'
import { createMembers, type Member, type Members, writeSpec } from './members.ts'

describe('intent: a revision that a log names', () => {
  let members: Members
  let author: Member
  let voter: Member

  beforeEach(async () => {
    members = await createMembers()
    author = await members.add()
    voter = await members.add()
    await eventually('both compared once', () => author.intent.digest() === voter.intent.digest())
    members.network.dropHints = true
  })
  afterEach(() => members.end())

  const within = (timeoutMs: number) => ({ timeoutMs })

  it('is fetched from whoever has it, and is on disk when that is said', async () => {
    const revisions = [await writeSpec(author, 'web'), await writeSpec(author, 'db')]
    const ids = revisions.map(({ id }) => id)
    await voter.intent.whenStored(ids, within(20_000))
    assert.deepEqual(
      ids.map((id) => voter.intent.revision(id)?.object),
      ['service/shop/web', 'service/shop/db'],
    )
    await members.stop(author)
    await members.restart(voter)
    await voter.intent.whenStored(ids, within(0))
  })

  it('is waited for by many at once', async () => {
    const first = await writeSpec(author, 'web')
    const second = await writeSpec(author, 'db')
    await Promise.all([
      voter.intent.whenStored([first.id], within(20_000)),
      voter.intent.whenStored([first.id, second.id], within(20_000)),
      voter.intent.whenStored([second.id], within(20_000)),
    ])
  })

  it('is waited for until somebody comes who has it', async () => {
    members.network.cut([author.self], [voter.self])
    const { id } = await writeSpec(author, 'web')
    const stored = voter.intent.whenStored([id], within(20_000))
    members.network.heal()
    await stored
  })

  it('is missing when time is up', async () => {
    members.network.cut([author.self], [voter.self])
    const here = await writeSpec(voter, 'db')
    const { id } = await writeSpec(author, 'web')
    await assert.rejects(voter.intent.whenStored([here.id, id], within(50)), {
      code: 'revisionMissing',
      data: { revisions: [id] },
    })
  })

  it('is missing when the service stops', async () => {
    const stored = voter.intent.whenStored(['0'.repeat(64)], within(20_000))
    await Promise.all([assert.rejects(stored, { code: 'revisionMissing' }), members.stop(voter)])
  })
})
