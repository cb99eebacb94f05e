import assert from 'node:assert/strict'
import { join } from 'node:path'
import { fromString } from 'uint8arrays'
import * as Y from 'yjs'
import { type Revision, syncHintCodec } from '../../../crdt/index.ts'
import { systemClock } from '../../../node/daemon/system-clock.ts'
import { createIntentService, createSigning, type IntentService } from '../../../node/intent/index.ts'
import type { Network } from '../../../node/ports/network.ts'
import { openStore } from '../../../node/storage/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { newIdentity } from '../../support/identities.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { makeMesh, startNode, stopAll } from '../network/nodes.ts'
import { serviceSpec } from './members.ts'

interface RealMember {
  readonly network: Network
  readonly intent: IntentService
}

describe('intent: members on the real network', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  const endings: (() => Promise<void>)[] = []

  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end()
    await stopAll()
    await scratch.remove()
  })

  const start = async (): Promise<RealMember> => {
    const { seed, node } = newIdentity()
    const network = await startNode({ privateKey: seed })
    const store = await openStore({ dataDir: join(scratch.path, node), logger: silentLogger })
    endings.push(() => store.close())
    const intent = createIntentService(
      {
        ...network,
        ...createSigning(seed),
        records: store.records,
        clock: systemClock,
        random: Math.random,
        logger: silentLogger,
        forgotten: () => false,
        trimmed: () => false,
      },
      { self: node, onFailed: assert.ifError },
    )
    await intent.start()
    endings.push(() => intent.stop())
    return { network, intent }
  }
  const write = ({ intent }: RealMember, name: string) =>
    intent.write({
      object: `service/shop/${name}`,
      body: { type: 'spec', spec: { ...serviceSpec(name), environment: { LARGE: 'x'.repeat(30_000) } } },
      parents: [],
      via: 'cli',
    })

  it('hold the same, whatever they wrote before and after they met', async function () {
    this.timeout(60_000)
    const all = await Promise.all([start(), start(), start()])
    for (const [at, member] of all.entries()) {
      // More than one frame holds.
      for (let count = 0; count < 40; count++) await write(member, `before-${at}-${count}`)
    }
    makeMesh(all.map(({ network }) => network))
    const same = () => new Set(all.map(({ intent }) => intent.digest())).size === 1
    await eventually('they hold the same', same)
    assert.equal(all[0]?.intent.pending({ objects: new Map(), edges: new Set<string>() }).length, 120)
    const [first, second] = all
    const { id } = await write(first, 'after')
    second.intent.setRegister('task/shop.web.0.7', fromString('running'))
    await eventually('all see both', () =>
      all.every(
        ({ intent }) =>
          intent.revision(id) !== null &&
          intent.register(second.network.connections.self, 'task/shop.web.0.7') !== null,
      ),
    )
    await eventually('they hold the same again', same)
  })

  it('lose nothing to a member that deletes and overwrites in the document of all, not on disk either', async function () {
    this.timeout(60_000)
    const [one, other] = await Promise.all([start(), start()])
    const hostile = await startNode({ privateKey: newIdentity().seed })
    const written = [await write(one, 'web'), await write(one, 'db')]
    makeMesh([one.network, other.network, hostile])
    await eventually('they hold the same', () => one.intent.digest() === other.intent.digest())
    const digest = one.intent.digest()
    const selves = [one, other].map(({ network }) => network.connections.self)
    await eventually('the hostile one is connected', () =>
      selves.every((self) => hostile.connections.connected().includes(self)),
    )
    for (const update of hostileUpdates(written)) {
      const hint = syncHintCodec.encode({ type: 'update', update })
      for (const self of selves) hostile.messages.send(self, PROTOCOLS.hints, hint)
      hostile.topics.publish('intent', hint)
    }
    // What is honest and comes after them on the same way has been taken: so have they.
    const { id } = await write(one, 'after')
    await eventually('an edit arrives', () => other.intent.revision(id) !== null)
    for (const { intent } of [one, other]) {
      for (const revision of written) assert.deepEqual(intent.revision(revision.id)?.bytes, revision.bytes)
      assert.equal(intent.pending({ objects: new Map(), edges: new Set<string>() }).length, 3)
    }
    assert.notEqual(one.intent.digest(), digest)
    await eventually('they hold the same again', () => one.intent.digest() === other.intent.digest())
  })
})

/** What a member says that has the document of the others, and takes out or replaces what is in it. */
const hostileUpdates = (revisions: readonly Revision[]): Uint8Array[] => {
  const withAll = (edit: (root: Y.Map<unknown>) => void): Uint8Array => {
    const document = new Y.Doc()
    const root = document.getMap('revisions')
    for (const { id, bytes } of revisions) root.set(id, bytes)
    edit(root)
    return Y.encodeStateAsUpdate(document)
  }
  const [first, second] = revisions as [Revision, Revision]
  return [
    withAll((root) => root.delete(first.id)),
    withAll((root) => root.clear()),
    withAll((root) => root.set(first.id, second.bytes)),
    withAll((root) => root.set(first.id, new Uint8Array(0))),
    withAll((root) => root.set(first.id, new Y.Map())),
  ]
}
