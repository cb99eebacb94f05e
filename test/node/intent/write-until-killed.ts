/** Writes revision after revision and prints the id of each that was acknowledged, until it is killed. */
import { systemClock } from '../../../node/daemon/system-clock.ts'
import { createIntentService, createSigning } from '../../../node/intent/index.ts'
import { openStore } from '../../../node/storage/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { createMemoryNetwork } from '../../support/memory-network.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { serviceSpec } from './members.ts'

const [dataDir = ''] = process.argv.slice(2)
const { seed, node } = newIdentity()
const store = await openStore({ dataDir, logger: silentLogger })
const intent = createIntentService(
  {
    ...createMemoryNetwork().join(node),
    ...createSigning(seed),
    records: store.records,
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
    forgotten: () => false,
    trimmed: () => false,
  },
  {
    self: node,
    onFailed: (error) => {
      throw error
    },
  },
)
await intent.start()
for (let count = 0; ; count++) {
  const { id } = await intent.write({
    object: 'service/shop/web',
    body: { type: 'spec', spec: serviceSpec('web', `nginx:${count}`) },
    parents: [],
    via: 'cli',
  })
  process.stdout.write(`${id}\n`)
}
