import assert from 'node:assert/strict'
import { join } from 'node:path'
import { fromString } from 'uint8arrays'
import { systemClock } from '../../../node/daemon/system-clock.ts'
import { createIntentService, createSigning, type IntentService } from '../../../node/intent/index.ts'
import type { Network } from '../../../node/ports/network.ts'
import { openStore } from '../../../node/storage/index.ts'
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
      { self: node },
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
    assert.equal(all[0]?.intent.pending({ objects: new Map() }).length, 120)
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
})
