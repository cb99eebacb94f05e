import assert from 'node:assert/strict'
import { createRootSigning } from '../../../node/certificates/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import { readRevocation, signRevocation } from '../../../node/revocations/reading.ts'
import { RECORDS_PER_SIGNER_MAX, revocationCodec } from '../../../protocols/revocations/index.ts'
import { eventually } from '../../support/eventually.ts'
import { newIdentity } from '../../support/identities.ts'
import { type Circle, foundCircle, open, type RevokingMember } from './members.ts'

const { hash } = createSigning(newIdentity().seed)
const LAPTOP = newIdentity().node
const SAID = { name: 'laptop', reason: 'left on the train' }
const LOG = {
  view: { removedNodes: new Set<string>(), revocations: new Set<string>(), issuers: new Map() },
  onChange: () => () => undefined,
}

describe('revocations: members', () => {
  let circle: Circle
  /** Attic holds the root's key and issues; cellar issues; shed does neither. */
  let attic: RevokingMember
  let cellar: RevokingMember
  let shed: RevokingMember

  beforeEach(async () => {
    circle = await foundCircle()
    const [second, third] = [await circle.join('cellar'), await circle.join('shed')]
    circle.clock.pass(60_000)
    await circle.founder.desk.grant(second.node)
    await eventually('cellar issues', () => second.kept.issuer() !== null)
    attic = await open(circle, circle.founder)
    cellar = await open(circle, second)
    shed = await open(circle, third)
    for (const { revocations } of [attic, cellar, shed]) revocations.start(LOG)
  })
  afterEach(async () => {
    for (const { revocations } of [attic, cellar, shed]) revocations.stop()
    await circle.close()
  })

  const allHave = (members: readonly RevokingMember[], node = LAPTOP) =>
    eventually('all have heard', () => members.every(({ revocations }) => revocations.has(node)))

  it('hear at once of what an issuer signs, and keep it for their next lives', async () => {
    const issued = await cellar.revocations.issue(LAPTOP, SAID)
    assert.equal(issued?.signer.node, cellar.node)
    await allHave([attic, cellar, shed])
    const kept: Uint8Array[] = []
    for await (const [, bytes] of shed.records.entries()) kept.push(bytes)
    assert.deepEqual(kept, [issued?.bytes])
  })

  it('sign with the root where its key is, and not at all where there is neither', async () => {
    assert.equal((await attic.revocations.issue(LAPTOP, SAID))?.signer.node, null)
    assert.equal(await shed.revocations.issue(LAPTOP, SAID), null)
    assert.equal(await cellar.revocations.issue(cellar.node, SAID), null)
  })

  it('learn what they missed when they are connected again', async () => {
    circle.network.cut([attic.node, cellar.node], [shed.node])
    await cellar.revocations.issue(LAPTOP, SAID)
    await allHave([attic])
    assert(!shed.revocations.has(LAPTOP))
    circle.network.heal()
    await allHave([shed])
  })

  it('let an elder outrank the other, on both sides of a cut', async () => {
    circle.network.cut([attic.node, shed.node], [cellar.node])
    assert.equal((await cellar.revocations.issue(shed.node, SAID))?.signer.node, cellar.node)
    await attic.revocations.issue(cellar.node, { name: 'cellar', reason: '' })
    circle.network.heal()
    await allHave([attic, shed, cellar], cellar.node)
    assert([attic, cellar, shed].every(({ revocations }) => !revocations.has(shed.node)))
  })

  it('take nothing that was changed, signed by a leaf, or signed in another mesh', async () => {
    const { bytes } = (await cellar.revocations.issue(LAPTOP, SAID)) as { bytes: Uint8Array }
    const record = revocationCodec.decode(bytes)
    const other = await foundCircle()
    const foreign = createRootSigning(other.founder)
    const said = { node: attic.node, name: 'attic', reason: '', atMs: 1 }
    const forged = [
      { ...record, statement: Uint8Array.from([...record.statement].with(9, 0x41)) },
      { ...record, signature: new Uint8Array(64) },
      { ...record, certificate: circle.founder.kept.identity()[0] as Uint8Array },
      { ...record, certificate: circle.founder.kept.root },
    ].map((each) => revocationCodec.encode(each))
    const replayed = (await signRevocation(said, foreign)) as Uint8Array
    for (const bad of [...forged, replayed, new Uint8Array([1, 2, 3])]) {
      assert.equal(readRevocation(bad, { signing: shed.signing, hash }), null)
      await shed.revocations.hear([bad])
    }
    assert.deepEqual([...attic.revocations.all()].length, 1)
    assert(!shed.revocations.has(attic.node))
    await other.close()
  })

  it('read no more of a message after what proves nothing', async () => {
    const bad = new Uint8Array([1, 2, 3])
    const said = { node: LAPTOP, ...SAID, atMs: 1 }
    const good = (await signRevocation(said, cellar.signing)) as Uint8Array
    circle.network.cut([shed.node])
    await shed.revocations.hear([bad, good])
    assert(!shed.revocations.has(LAPTOP))
  })

  it('hold ten thousand of one issuer to its share, and lose none of others', async function () {
    this.timeout(60_000)
    circle.network.cut([shed.node])
    await shed.revocations.hear([
      (await signRevocation({ node: LAPTOP, ...SAID, atMs: 1 }, attic.signing)) as Uint8Array,
    ])
    const many = Array.from({ length: 10_000 }, (_, at) => ({
      node: LAPTOP.slice(0, 40) + String(at).replaceAll('0', 'z').padStart(12, 'x'),
      name: 'nobody',
      reason: '',
      atMs: 10_000 + at,
    }))
    for (let at = 0; at < many.length; at += 64) {
      const page = many.slice(at, at + 64).map((said) => signRevocation(said, cellar.signing))
      await shed.revocations.hear((await Promise.all(page)) as Uint8Array[])
    }
    assert.equal([...shed.revocations.all()].length, RECORDS_PER_SIGNER_MAX + 1)
    assert(shed.revocations.has(LAPTOP))
  })
})
