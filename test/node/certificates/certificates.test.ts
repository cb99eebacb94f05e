import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { createApplicant, openKept } from '../../../node/certificates/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { type CertifiedNode, type Circle, DAY_MS, foundCircle, memoryFiles } from './nodes.ts'

const MINUTE_MS = 60_000

const renewed = ({ certificates }: CertifiedNode): Promise<void> =>
  new Promise((resolve) => {
    const end = certificates.onRenewed(() => {
      end()
      resolve()
    })
  })

describe('the certificates of a mesh', () => {
  let circle: Circle
  const circles: Circle[] = []
  const found = async () => {
    const made = await foundCircle()
    circles.push(made)
    return made
  }

  beforeEach(async () => {
    circle = await found()
  })
  afterEach(() => Promise.all(circles.splice(0).map((each) => each.close())))

  it('are all below the root that the mesh is named after', async () => {
    const { founder, rootHash, mesh } = circle
    assert.equal(mesh, Buffer.from(rootHash).toString('hex').slice(0, 16))
    const { issuer, ...claims } = founder.certificates.verify(
      founder.certificates.identityChain(),
      founder.node,
    )
    assert.equal(issuer, founder.node)
    assert.deepEqual([claims.name, claims.role, claims.capabilities], ['attic', 'full', []])
  })

  it('of a joiner are signed by an issuer, and prove it to everybody', async () => {
    const cellar = await circle.join('cellar')
    const shed = await circle.join('shed')
    const seen = shed.certificates.verify(cellar.certificates.identityChain(), cellar.node)
    assert.deepEqual([seen.node, seen.name, seen.issuer], [cellar.node, 'cellar', circle.founder.node])
    assert.equal(seen.notAfterMs, circle.clock.wallMs() + 90 * DAY_MS)
  })

  it('prove nobody else, nothing of another mesh, and nothing with a changed byte', async () => {
    const { certificates } = circle.founder
    const cellar = await circle.join('cellar')
    const chain = cellar.certificates.identityChain()
    const code = (work: () => unknown) => {
      try {
        work()
      } catch (error) {
        assert.ok(error instanceof CoterieError, String(error))
        return error.code
      }
      return null
    }
    assert.equal(
      code(() => certificates.verify(chain, circle.founder.node)),
      'certificateInvalid',
    )
    const { founder: stranger } = await found()
    const foreign = stranger.certificates.identityChain()
    assert.equal(
      code(() => certificates.verify(foreign, stranger.node)),
      'certificateForeign',
    )
    assert.equal(
      code(() => certificates.verify([], cellar.node)),
      'certificateInvalid',
    )
    const [leaf, intermediate, root] = chain as [Uint8Array, Uint8Array, Uint8Array]
    assert.equal(
      code(() => certificates.verify([leaf, root, root], cellar.node)),
      'certificateInvalid',
    )
    assert.equal(
      code(() => certificates.verify([leaf, foreign[1] as Uint8Array, root], cellar.node)),
      'certificateInvalid',
    )
    // An issuer is not therefore a node, nor its certificate that of one.
    assert.equal(
      code(() => certificates.verify([intermediate, root, root], cellar.node)),
      'certificateInvalid',
    )
    for (let at = 0; at < leaf.byteLength; at += 7) {
      const changed = leaf.slice()
      changed[at] = (changed[at] as number) ^ 0x01
      assert.equal(
        code(() => certificates.verify([changed, intermediate, root], cellar.node)),
        'certificateInvalid',
        `byte ${at}`,
      )
    }
    const { certificate, key } = cellar.certificates.https()
    assert.match(certificate, /BEGIN CERTIFICATE/)
    assert.match(key, /BEGIN PRIVATE KEY/)
  })

  it('are issued to members alone, and only for a request of their own', async () => {
    const { applicant, node } = circle.applicant()
    const request = await applicant.request()
    const asked = circle.founder.certificates.issue({ ...request, node: circle.founder.node })
    await assert.rejects(asked, { code: 'certificateRefused' })
    const stranger = circle.founder.certificates.issue(request)
    const refused = assert.rejects(stranger, (error) => isCoterieError(error, 'certificateRefused'))
    await passSlowly(circle, 10_000)
    await refused
    assert.equal(circle.log.member(node), null)
  })

  it('are waited for where the issuer hears of the admission later', async () => {
    const { applicant, node } = circle.applicant()
    const asked = circle.founder.certificates.issue(await applicant.request())
    await circle.admit(node, 'shed')
    await passSlowly(circle, 1_000)
    assert.equal((await asked).identity.length, 3)
  })

  it('that were issued for another key, or by another root, are not accepted', async () => {
    const { applicant, node } = circle.applicant()
    await circle.admit(node, 'shed')
    const issued = await circle.founder.certificates.issue(await applicant.request())
    const nowMs = circle.clock.wallMs()
    await assert.rejects(applicant.accept(issued, new Uint8Array(32), nowMs), {
      code: 'certificateForeign',
    })
    const { seed, node: self } = newIdentity()
    const parts = { keys: createSigning(seed), files: memoryFiles(), hosts: () => [] }
    const other = createApplicant(parts, { self })
    await assert.rejects(other.accept(issued, circle.rootHash, nowMs), { code: 'certificateInvalid' })
    const mixed = { ...issued, https: circle.founder.certificates.identityChain() }
    await assert.rejects(applicant.accept(mixed, circle.rootHash, nowMs), { code: 'certificateInvalid' })
    await applicant.accept(issued, circle.rootHash, nowMs)
  })

  it('are renewed between half and four fifths of their life, by the issuer', async () => {
    const cellar = await circle.join('cellar')
    const before = cellar.certificates.identityChain()
    const told = renewed(cellar)
    circle.clock.pass(50 * DAY_MS)
    assert.deepEqual(cellar.certificates.identityChain(), before)
    circle.clock.pass(10 * DAY_MS)
    await told
    const after = cellar.certificates.identityChain()
    assert.notDeepEqual(after, before)
    const { notAfterMs } = circle.founder.certificates.verify(after, cellar.node)
    assert.ok(notAfterMs > circle.clock.wallMs() + 80 * DAY_MS)
    assert.equal((await openKept(cellar.files)).leaf().serial, cellar.kept.leaf().serial)
  })

  it('that ended while a machine slept prove nothing, and get it new ones all the same', async () => {
    const cellar = await circle.join('cellar')
    const shed = await circle.join('shed')
    const old = cellar.certificates.identityChain()
    await cellar.certificates.stop()
    circle.clock.pass(200 * DAY_MS)
    assert.throws(() => shed.certificates.verify(old, cellar.node), { code: 'certificateExpired' })
    const told = renewed(cellar)
    cellar.certificates.onRefused()
    await told
    const { notAfterMs } = shed.certificates.verify(cellar.certificates.identityChain(), cellar.node)
    assert.ok(notAfterMs > circle.clock.wallMs())
  })

  it('are asked for again until an issuer answers', async () => {
    const cellar = await circle.join('cellar')
    circle.network.cut([cellar.node], [circle.founder.node])
    circle.clock.pass(80 * DAY_MS)
    const before = cellar.kept.leaf().serial
    await assert.rejects(
      cellar.certificates.issue({
        node: cellar.node,
        https: Uint8Array.of(1),
        hosts: [],
        signature: new Uint8Array(64),
      }),
      (error) => isCoterieError(error, 'issuerUnreachable') && error.data.tried.join() === 'attic',
    )
    circle.network.heal()
    const told = renewed(cellar)
    await passUntil(circle, told, 10 * MINUTE_MS)
    assert.notEqual(cellar.kept.leaf().serial, before)
  })

  it('are renewed for an address that the machine has got, once, and not for one that nobody may certify', async () => {
    const cellar = await circle.join('cellar')
    const addresses = () => cellar.kept.httpsLeaf().addresses
    circle.setHosts(['10.1.2.3', 'FD00::0:7', 'fe80::1%eth0', '203.0.113.7'])
    const told = renewed(cellar)
    circle.clock.pass(MINUTE_MS)
    await told
    assert.deepEqual(addresses().slice(2), ['10.1.2.3', 'FD00:0:0:0:0:0:0:7', 'FE80:0:0:0:0:0:0:1'])
    const { serial } = cellar.kept.leaf()
    circle.setHosts(['203.0.113.8', 'fd00::7'])
    circle.clock.pass(10 * MINUTE_MS)
    // Waits for a renewal, if one began.
    await cellar.certificates.stop()
    assert.equal(cellar.kept.leaf().serial, serial)
  })

  it('count on a machine without a clock from the moment its own was made', async () => {
    const cellar = await circle.join('cellar')
    const chain = circle.founder.certificates.identityChain()
    // The log and the files of today, on a clock of 1970.
    const late = await circle.reopen(cellar, 0)
    assert.equal(late.verify(chain, circle.founder.node).name, 'attic')
  })
})

describe('issuers', () => {
  let circle: Circle
  beforeEach(async () => {
    circle = await foundCircle()
  })
  afterEach(() => circle.close())

  it('are granted by whoever holds the root key, and make their own', async () => {
    const cellar = await circle.join('cellar')
    await assert.rejects(cellar.desk.grant(cellar.node), { code: 'rootKeyUnavailable' })
    await circle.founder.desk.grant(cellar.node)
    assert.deepEqual(
      circle.founder.desk
        .issuers()
        .map(({ node }) => node)
        .sort(),
      [circle.founder.node, cellar.node].sort(),
    )
    await issues(cellar)
    circle.network.leave(circle.founder.node)
    const { applicant, node } = circle.applicant()
    await circle.admit(node, 'shed')
    const issued = await cellar.certificates.issue(await applicant.request())
    await applicant.accept(issued, circle.rootHash, circle.clock.wallMs())
    assert.equal(circle.founder.certificates.verify(issued.identity, node).issuer, cellar.node)
  })

  it('that are revoked issue no more, and what they issued counts no more', async () => {
    const cellar = await circle.join('cellar')
    await assert.rejects(circle.founder.desk.revoke(circle.founder.node), {
      code: 'decisionRefused',
    })
    await assert.rejects(circle.founder.desk.revoke(cellar.node), { code: 'certificateRefused' })
    await circle.founder.desk.grant(cellar.node)
    await issues(cellar)
    const old = cellar.certificates.identityChain()
    const told = renewed(cellar)
    await cellar.desk.revoke(circle.founder.node)
    await told
    assert.throws(() => cellar.certificates.verify(old, cellar.node), { code: 'certificateInvalid' })
    assert.equal(
      cellar.certificates.verify(cellar.certificates.identityChain(), cellar.node).issuer,
      cellar.node,
    )
    await passUntil(circle, isOf(circle.founder, cellar), MINUTE_MS)
    assert.equal(circle.founder.kept.issuer(), null)
  })

  it('get another key of the same age: all renew, and then the old one counts no more', async () => {
    const cellar = await circle.join('cellar')
    const { founder, clock } = circle
    clock.pass(MINUTE_MS)
    const old = [founder, cellar].map(({ certificates }) => certificates.identityChain())
    const before = founder.kept.issuer()?.certificate as Uint8Array
    await passUntil(circle, founder.desk.rotate(founder.node), 50)
    const after = founder.kept.issuer()?.certificate as Uint8Array
    assert(!Buffer.from(before).equals(after))
    assert.equal(new X509Certificate(after).validFrom, new X509Certificate(before).validFrom)
    for (const [at, { certificates, node }] of [founder, cellar].entries()) {
      assert.deepEqual(certificates.identityChain()[1], after)
      assert.throws(() => cellar.certificates.verify(old[at] ?? [], node), { code: 'certificateInvalid' })
      assert.equal(cellar.certificates.verify(certificates.identityChain(), node).issuer, founder.node)
    }
    await assert.rejects(founder.desk.rotate(cellar.node), { code: 'certificateRefused' })
    await assert.rejects(cellar.desk.rotate(founder.node), { code: 'rootKeyUnavailable' })
  })
})

describe('the key of the root', () => {
  let circle: Circle
  before(async () => {
    circle = await foundCircle()
  })
  after(() => circle.close())

  it('is taken away with a passphrase, and brought back with it to any machine', async function () {
    this.timeout(30_000)
    const { desk } = circle.founder
    const cellar = await circle.join('cellar')
    const sealed = await desk.export('correct horse battery')
    assert.equal((await desk.root()).keyHere, true)
    await assert.rejects(desk.forget(sealed, 'another passphrase'), { code: 'rootKeyUnavailable' })
    await desk.forget(sealed, 'correct horse battery')
    assert.equal((await desk.root()).keyHere, false)
    await assert.rejects(desk.export('correct horse battery'), { code: 'rootKeyUnavailable' })
    await assert.rejects(desk.grant(cellar.node), { code: 'rootKeyUnavailable' })

    await assert.rejects(cellar.desk.import(sealed, 'wrong horse battery'), { code: 'rootKeyUnavailable' })
    await assert.rejects(cellar.desk.import('{}', 'correct horse battery'), { code: 'rootKeyUnavailable' })
    await cellar.desk.import(sealed, 'correct horse battery')
    await cellar.desk.grant(cellar.node)

    const other = await foundCircle()
    await assert.rejects(other.founder.desk.import(sealed, 'correct horse battery'), {
      code: 'rootKeyUnavailable',
    })
    await other.close()
  })
})

/** Lets what waits for the disk or for a key go on, and time pass with it. */
const passSlowly = async (circle: Circle, ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 50) {
    circle.clock.pass(50)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const passUntil = async (circle: Circle, done: Promise<unknown>, stepMs: number): Promise<void> => {
  let isOver = false
  const over = done.finally(() => {
    isOver = true
  })
  while (!isOver) {
    circle.clock.pass(stepMs)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await over
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

const issues = ({ kept }: CertifiedNode): Promise<void> => until(() => kept.issuer() !== null)

/** Until what it shows was issued by that one. */
const isOf = ({ node, certificates }: CertifiedNode, issuer: CertifiedNode): Promise<void> =>
  until(() => {
    try {
      return issuer.certificates.verify(certificates.identityChain(), node).issuer === issuer.node
    } catch {
      return false
    }
  })
