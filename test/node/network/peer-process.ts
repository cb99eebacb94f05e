/** A network in a process of its own, which a test can stop and continue; prints its id and address as JSON. */
import { createNetwork } from '../../../node/network/index.ts'
import { createLogBook, LOOPBACK, MESSAGE, realClock } from './nodes.ts'

const [seedHex = '', member = ''] = process.argv.slice(2)
const network = createNetwork(
  { logger: createLogBook().logger, random: Math.random, clock: realClock },
  { privateKey: Buffer.from(seedHex, 'hex'), listen: [LOOPBACK] },
)
let received = 0
network.messages.onMessage(MESSAGE, () => {
  received += 1
})
await network.start()
network.connections.setMembers(new Set([member, network.connections.self]))
process.stdout.write(`${JSON.stringify(network.connections.addresses())}\n`)
process.stdin.on('data', () => process.stdout.write(`${received}\n`))
process.stdin.on('end', () => void network.stop())
