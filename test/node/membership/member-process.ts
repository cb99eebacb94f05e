/** A member in a process of its own, which a test can stop, continue and kill; prints its addresses as JSON. */
import { createMembershipService } from '../../../node/membership/index.ts'
import { createChannel, createNetwork, nodeIdOf } from '../../../node/network/index.ts'
import { openStore } from '../../../node/storage/index.ts'
import { MEMBERSHIP_TIMINGS, membershipCodec } from '../../../protocols/membership/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { LOOPBACK, realClock } from '../network/nodes.ts'

const [keyHex = '', dataDir = '', ...others] = process.argv.slice(2)
const privateKey = Buffer.from(keyHex, 'hex')
const parts = { logger: silentLogger, clock: realClock, random: Math.random }
const store = await openStore({ dataDir, logger: silentLogger })
const network = createNetwork(parts, { privateKey, listen: [LOOPBACK] })
const self = nodeIdOf(privateKey)
const channel = createChannel({ ...network, ...parts }, PROTOCOLS.membership, membershipCodec)
const membership = createMembershipService(
  { ...parts, ...network, channel, records: store.records('membership') },
  { self, timings: MEMBERSHIP_TIMINGS },
)
await network.start()
await membership.start()
const admitted = new Set([self, ...others])
network.connections.setMembers(admitted)
membership.setRoster(admitted)
process.stdout.write(`${JSON.stringify(network.connections.addresses())}\n`)
// The test ends it by closing its standard input, or kills it.
process.stdin.resume().on('end', async () => {
  await membership.stop()
  await network.stop()
  await store.close()
})
