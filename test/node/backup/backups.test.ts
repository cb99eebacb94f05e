import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { createBackups, readBackup } from '../../../node/backup/index.ts'
import { withLostStore } from '../../../node/backup/restoring.ts'
import { PASSPHRASE_COST, passphraseKey } from '../../../node/certificates/index.ts'
import type { CoterieError, ErrorCode } from '../../../protocols/errors/index.ts'
import {
  CHEAP,
  CONFIGURATION,
  FILES,
  keepingTarget,
  type NodeAtHand,
  nodeAtHand,
  OTHER,
  SELF,
  STORE,
} from './node-at-hand.ts'

const PASSPHRASE = 'correct horse battery'
const REVISION = 'f'.repeat(64)

const backedUp = async ({ components, init }: NodeAtHand): Promise<Buffer> => {
  const made = await createBackups(components, init).make(PASSPHRASE, new AbortController().signal)
  return buffer(made.bytes())
}

const read = (
  bytes: Uint8Array,
  {
    passphrase = PASSPHRASE,
    passphrases = CHEAP,
    target = null as ReturnType<typeof keepingTarget>['target'] | null,
  } = {},
) =>
  readBackup(passphrases, {
    source: {
      path: 'attic.backup',
      bytes: async function* () {
        yield bytes
      },
    },
    passphrase,
    target,
    onManifest: () => undefined,
  })

const refused =
  (code: ErrorCode, detail = /./) =>
  (error: CoterieError) => {
    assert.equal(error.code, code)
    assert.match(error.message, detail)
    return true
  }

describe('a backup', () => {
  it('holds the files, the decisions and what is kept of the store, and tells so', async () => {
    const large = randomBytes(8 * 1024 * 1024)
    const node = nodeAtHand({
      revisions: [
        [REVISION, new Uint8Array([1, 2, 3])],
        ['large', large],
        ['empty', new Uint8Array()],
      ],
      users: [
        ['ended/one', new Uint8Array([1])],
        ['session/two', new Uint8Array([2])],
      ],
    })
    const { kept, target } = keepingTarget()
    const manifest = await read(await backedUp(node), { target })
    const { atMs, ...said } = manifest
    assert.ok(atMs > 1_700_000_000_000)
    assert.deepEqual(said, {
      ...{ mesh: '0123456789abcdef', meshName: 'home', node: SELF, nodeName: 'attic', program: '1.2.3' },
      ...{ format: 2, meshVersion: 2, generation: 1, index: 7, upToDate: true, rootKey: false, issuer: true },
      ...{ nodes: 2, services: 1, users: 1, tokens: 0 },
    })
    assert.deepEqual(
      [...kept.files],
      Object.entries(FILES).filter(([, text]) => text !== null),
    )
    assert.deepEqual([...kept.records.keys()].sort(), [
      'revisions/empty',
      `revisions/${REVISION}`,
      'revisions/large',
      'users/ended/one',
    ])
    assert.ok(large.equals(kept.records.get('revisions/large') as Uint8Array))
  })

  it('becomes a store that holds the snapshot, no entry and no vote', async () => {
    const node = nodeAtHand()
    const { kept, target } = keepingTarget()
    await read(await backedUp(node), { target })
    const { hardState, entries, snapshot, base } = kept.consensus ?? assert.fail('nothing was written')
    assert.deepEqual(hardState, { term: 4, votedFor: null, commitIndex: 7 })
    assert.deepEqual(entries, [])
    assert.deepEqual(base, { index: 7, term: 3 })
    assert.deepEqual(snapshot?.configuration, CONFIGURATION)
    const data = snapshot?.data ?? assert.fail('no snapshot')
    assert.deepEqual(data.subarray(0, data.byteLength), node.script.data)
  })

  it('names the lost store of a voter for which none is named, and leaves all others alone', () => {
    const unnamed = { voters: [SELF, OTHER], votersOutgoing: [], learners: [] }
    assert.deepEqual(withLostStore(unnamed, SELF, STORE).stores, { [SELF]: STORE })
    assert.deepEqual(withLostStore(CONFIGURATION, SELF, 'ef'.repeat(16)), CONFIGURATION)
    const joint = { voters: [OTHER], votersOutgoing: [SELF], learners: [] }
    assert.deepEqual(withLostStore(joint, SELF, STORE), { ...joint, storesOutgoing: { [SELF]: STORE } })
    const outside = { voters: [OTHER], votersOutgoing: [], learners: [SELF] }
    assert.deepEqual(withLostStore(outside, SELF, STORE), outside)
  })

  it('says so where no majority told how far the log goes', async () => {
    const node = nodeAtHand()
    node.script.proof = null
    assert.equal((await read(await backedUp(node))).upToDate, false)
  })

  it('waits for what the node still applies and fetches', async () => {
    const node = nodeAtHand()
    Object.assign(node.script, { proof: 9, held: false })
    const made = backedUp(node)
    setImmediate(() => {
      node.script.appliedIndex = 9
      node.script.held = true
    })
    assert.equal((await read(await made)).index, 9)
  })

  it('is not made of a node that does not know what is decided', async () => {
    const cases: [Partial<NodeAtHand['script']>, RegExp][] = [
      [{ halt: { index: 3 } }, /too old for the mesh/],
      [{ supersededBy: { number: 2, id: 'ab'.repeat(16) } }, /newer generation/],
      [{ members: [OTHER] }, /is a member/],
      [{ files: { ...FILES, 'certificates.json': null } }, /certificates\.json is missing/],
    ]
    for (const [change, detail] of cases) {
      const node = nodeAtHand()
      Object.assign(node.script, change)
      await assert.rejects(backedUp(node), refused('backupNotReady', detail))
    }
  })
})

describe('a backup of an earlier version', () => {
  it('of the first form is read as ever', async () => {
    const frozen = await readFile(new URL('../../fixtures/backup/version-1.base64', import.meta.url), 'utf8')
    const { kept, target } = keepingTarget()
    const passphrases = { keyOf: passphraseKey, cost: PASSPHRASE_COST }
    const { index, nodeName } = await read(Buffer.from(frozen, 'base64'), { target, passphrases })
    assert.deepEqual([index, nodeName], [7, 'attic'])
    assert.deepEqual(kept.records.get(`revisions/${REVISION}`), new Uint8Array([1, 2, 3]))
    assert.equal(kept.consensus?.snapshot?.data.byteLength, 100)
  })
})

describe('a file that is to be a backup', () => {
  let whole: Buffer
  before(async () => {
    whole = await backedUp(nodeAtHand({ revisions: [[REVISION, randomBytes(200_000)]] }))
  })
  /** Where the first line ends. */
  const lineEnd = () => whole.indexOf('\n') + 1
  const withHead = (change: (head: Record<string, unknown>) => object) => {
    const head = JSON.parse(whole.subarray(0, lineEnd()).toString())
    return Buffer.concat([Buffer.from(`${JSON.stringify(change(head))}\n`), whole.subarray(lineEnd())])
  }

  it('is opened by its own passphrase alone', async () => {
    await assert.rejects(read(whole, { passphrase: 'wrong horse battery' }), refused('backupPassphraseWrong'))
  })

  it('is refused where it was cut off, at any place', async () => {
    for (const length of [lineEnd(), lineEnd() + 10, lineEnd() + 65_552, whole.byteLength - 1])
      await assert.rejects(read(whole.subarray(0, length)), refused('backupDamaged', /cut off/))
  })

  it('is refused where a byte is another one', async () => {
    for (const at of [lineEnd(), lineEnd() + 70_000, whole.byteLength - 1]) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] as number) ^ 1
      await assert.rejects(read(changed), refused('backupDamaged', /was changed/))
    }
    const of = withHead((head) => ({ ...head, mesh: 'fedcba9876543210' }))
    await assert.rejects(read(of), refused('backupDamaged'))
  })

  it('is refused where it asks for more work than a backup does', async () => {
    const costly = withHead((head) => ({ ...head, scrypt: { ...(head.scrypt as object), n: 2 ** 40 } }))
    await assert.rejects(read(costly), refused('backupDamaged', /first line was changed/))
  })

  it('is refused where it is of a later form, or none at all', async () => {
    await assert.rejects(
      read(withHead((head) => ({ ...head, version: 2 }))),
      refused('backupNewer', /form 2/),
    )
    for (const other of ['', 'x', '{}\n', 'null\n', `${'x'.repeat(10_000)}\n`])
      await assert.rejects(read(Buffer.from(other)), refused('backupUnreadable', /does not begin as one/))
  })
})
