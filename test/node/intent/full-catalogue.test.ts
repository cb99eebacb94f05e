import assert from 'node:assert/strict'
import { eventually } from '../../support/eventually.ts'
import { createMembers, type Member, type Members, writeSpec } from './members.ts'

/** Room for some edits of a kibibyte, each with as much around it. */
const BYTES_MAX = 20 * 1024

describe('intent: a catalogue over its limit', () => {
  let members: Members
  beforeEach(async () => {
    members = await createMembers()
  })
  afterEach(() => members.end())

  const fill = async (member: Member) => {
    for (let at = 0; at < 100; at++) await writeSpec(member, `name-${at}`, 'x'.repeat(400))
  }
  const remove = (member: Member, name: string) =>
    member.intent.write({
      object: `service/shop/${name}`,
      body: { type: 'removal' },
      parents: [],
      via: 'cli',
    })

  it('refuses edits by code, takes removals, which make room, and those too not without end', async () => {
    const member = await members.add({ catalogueBytesMax: BYTES_MAX })
    await assert.rejects(fill(member), { code: 'documentFull' })
    const removed = await remove(member, 'name-0')
    assert.ok(member.intent.revision(removed.id))
    await assert.rejects(
      (async () => {
        for (let at = 1; at < 100; at++) await remove(member, `name-${at}`)
      })(),
      { code: 'documentFull' },
    )
  })

  it('takes what others wrote no further than its reserve, but for what a decision names, and registers', async () => {
    const writer = await members.add()
    await fill(writer)
    const member = await members.add({ catalogueBytesMax: BYTES_MAX })
    await eventually(
      'it is full',
      () => member.intent.pending({ objects: new Map(), edges: new Set<string>() }).length > 5,
    )
    writer.intent.setRegister('task/shop.web.0.7', new Uint8Array(1))
    await eventually('a register arrives', () => member.intent.registers('task/').length === 1)
    const { id } = await writeSpec(writer, 'named')
    assert.equal(member.intent.revision(id), null)
    await member.intent.whenStored([id], { timeoutMs: 10_000 })
    assert.ok(member.intent.revision(id))
  })

  it('takes edits again once what is old was trimmed', async () => {
    const trimmed = new Set<string>()
    const member = await members.add({ catalogueBytesMax: BYTES_MAX, trimmed: ({ id }) => trimmed.has(id) })
    await assert.rejects(fill(member), { code: 'documentFull' })
    for (const { id } of member.intent.pending({ objects: new Map(), edges: new Set<string>() }))
      trimmed.add(id)
    member.intent.dropTrimmed(trimmed, { objects: new Map() })
    await writeSpec(member, 'web')
  })
})
