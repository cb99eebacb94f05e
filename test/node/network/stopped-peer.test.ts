import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { generateIdentity, nodeIdOf } from '../../../node/network/index.ts'
import { eventually } from '../../support/eventually.ts'
import { MESSAGE, startNode, stopAll } from './nodes.ts'
import { retainedBytes } from './retained.ts'

const SCRIPT = fileURLToPath(new URL('./peer-process.ts', import.meta.url))

describe('network: a peer whose process is stopped', () => {
  let child: ChildProcess | null = null

  afterEach(async () => {
    await stopAll()
    child?.kill('SIGKILL')
    child = null
  })

  it('costs a bounded queue, and gets messages again when it goes on', async function () {
    this.timeout(60_000)
    const seed = generateIdentity()
    const peer = nodeIdOf(seed)
    const self = await startNode()
    child = spawn(process.execPath, [SCRIPT, Buffer.from(seed).toString('hex'), self.connections.self])
    assert(child.stdout !== null && child.stdin !== null)
    const lines = createInterface(child.stdout)
    const [line] = (await once(lines, 'line')) as [string]
    self.connections.learn(peer, JSON.parse(line) as string[])
    self.connections.setMembers(new Set([peer, self.connections.self]))
    await eventually('the connection', () => self.connections.connected().includes(peer))

    child.kill('SIGSTOP')
    const payload = new Uint8Array(64 * 1024)
    const before = retainedBytes()
    const sent = 5_000
    for (let index = 0; index < sent; index++) {
      self.messages.send(peer, MESSAGE, payload.slice())
      if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const grown = retainedBytes() - before
    assert(
      grown < 100 * 1024 * 1024,
      `resident memory grew by ${Math.round(grown / 1024 / 1024)} MB for 312 MB sent`,
    )

    child.kill('SIGCONT')
    const received = async (): Promise<number> => {
      child?.stdin?.write('?')
      const [count] = (await once(lines, 'line')) as [string]
      return Number(count)
    }
    const arrived = await eventually('what was queued', received)
    assert(arrived < sent, 'the oldest were dropped')
    await eventually('a new message', async () => {
      self.messages.send(peer, MESSAGE, payload)
      return (await received()) > arrived
    })
  })
})
