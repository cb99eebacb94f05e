/**
 * The name server as a process of its own, as within a network namespace: `dns-server-process.ts IP NAME TEXT...` serves these
 * records on port 53, prints where once it does, and ends with its standard input.
 */
import { startDnsServer } from './dns-server.ts'

const [host = '', name = '', ...texts] = process.argv.slice(2)
const server = await startDnsServer(host, 53)
server.set(name, texts)
process.stdout.write(`${server.address}\n`)
process.stdin.resume().once('end', () => process.exit())
