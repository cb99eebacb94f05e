import assert from 'node:assert/strict'
import {
  type Account,
  createDecisions,
  type Decision,
  restoreDecisions,
  snapshotDecisions,
} from '../../../../protocols/decisions/index.ts'
import { settled } from './settled.ts'

const ADA = 'a'.repeat(32)
const BOB = 'b'.repeat(32)
const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte)
const password = (byte: number) => ({
  logN: 15,
  r: 8 as const,
  p: 3,
  salt: filled(16, byte),
  hash: filled(32, byte),
})
const key = (byte: number) => ({ key: filled(32, byte), comment: '' })

describe('decisions: accounts', () => {
  const added = (account: string, more: object = {}): Decision => ({
    type: 'accountAdded',
    account,
    name: account === ADA ? 'ada' : 'bob',
    kind: 'person',
    grants: [{ organisation: 'home', role: 'viewer' }],
    password: null,
    keys: [],
    asOf: 0,
    ...more,
  })
  const changed = (more: object): Decision => ({ type: 'accountChanged', account: ADA, ...more })
  const removed = (account: string): Decision => ({ type: 'accountRemoved', account })
  const ada = ({ view }: ReturnType<typeof settled>): Account => view.accounts.get(ADA) ?? assert.fail()

  it('are added once, under a name of their own', () => {
    const mesh = settled()
    assert.deepEqual([mesh.say(added(ADA)), mesh.say(added(ADA))], [null, null])
    assert.match(mesh.say(added(BOB, { name: 'ada' })) ?? '', /an account ada already/)
    assert.equal(mesh.say(added(BOB)), null)
    assert.deepEqual(
      [...mesh.view.accounts.values()].map(({ name }) => name),
      ['ada', 'bob'],
    )
  })

  it('change by what is said, and by nothing else', () => {
    const mesh = settled()
    mesh.say(added(ADA, { password: password(1), keys: [key(1)] }))
    const { epoch } = ada(mesh)
    mesh.say(changed({ grants: [{ organisation: 'home', role: 'admin' }] }))
    mesh.say(changed({ keyAdded: key(2) }))
    mesh.say(changed({ keyAdded: key(2) }))
    assert.deepEqual(ada(mesh), {
      ...ada(mesh),
      grants: [{ organisation: 'home', role: 'admin' }],
      password: password(1),
      keys: [key(1), key(2)],
      epoch,
    })
  })

  it('begin a new epoch with a new password and without a key, once each', () => {
    const mesh = settled()
    mesh.say(added(ADA, { password: password(1), keys: [key(1)] }))
    const epochs = [ada(mesh).epoch]
    for (const change of [
      { password: password(2) },
      { password: password(2) },
      { keyRemoved: filled(32, 1) },
      { keyRemoved: filled(32, 1) },
    ]) {
      mesh.say(changed(change))
      epochs.push(ada(mesh).epoch)
    }
    const [first, second, , fourth] = epochs as [number, number, number, number]
    assert.ok(first < second && second < fourth)
    assert.deepEqual(epochs, [first, second, second, fourth, fourth])
  })

  it('keep one person who is an admin, whoever is asked first', () => {
    const mesh = settled()
    const admin = [{ organisation: 'home', role: 'admin' as const }]
    const viewer = [{ organisation: 'home', role: 'viewer' as const }]
    mesh.say(added(ADA, { grants: admin }))
    mesh.say(added(BOB, { grants: admin, kind: 'machine' }))
    assert.match(mesh.say(changed({ grants: viewer })) ?? '', /the last admin/)
    assert.equal(mesh.say(changed({ grants: [...admin, { organisation: 'club', role: 'viewer' }] })), null)
    mesh.say(added('c'.repeat(32), { name: 'eve', grants: admin }))
    assert.equal(mesh.say(changed({ grants: viewer })), null)
  })

  it('have no more keys than one person has machines', () => {
    const mesh = settled()
    mesh.say(added(ADA))
    for (let byte = 0; byte < 16; byte++) assert.equal(mesh.say(changed({ keyAdded: key(byte) })), null)
    assert.match(mesh.say(changed({ keyAdded: key(16) })) ?? '', /takes no more/)
  })

  it('do not come back by words of before their removal', () => {
    const mesh = settled()
    mesh.say(added(ADA))
    const { addedAt } = ada(mesh)
    assert.deepEqual([mesh.say(removed(ADA)), mesh.say(removed(ADA))], [null, null])
    assert.match(mesh.say(added(ADA, { asOf: addedAt })) ?? '', /removed meanwhile/)
    assert.match(mesh.say(changed({ password: password(1) })) ?? '', /no such account/)
    assert.equal(mesh.say(added(BOB, { name: 'ada', asOf: mesh.view.accountRemovedAt })), null)
  })

  it('survive a snapshot, and with them that one was removed', () => {
    const mesh = settled()
    for (const each of [added(BOB), added(ADA, { password: password(1) }), removed(BOB)]) mesh.say(each)
    const copy = createDecisions()
    copy.restore(restoreDecisions(snapshotDecisions(mesh.view)))
    assert.deepEqual([...copy.view.accounts.values()], [ada(mesh)])
    assert.equal(copy.view.accountRemovedAt, mesh.view.accountRemovedAt)
    assert.deepEqual(snapshotDecisions(copy.view), snapshotDecisions(mesh.view))
  })
})
