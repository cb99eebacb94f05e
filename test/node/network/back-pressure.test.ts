import assert from 'node:assert/strict'
import { eventually } from '../../support/eventually.ts'
import { MESSAGE, STREAM, startMesh, stopAll } from './nodes.ts'
import { writeToSlowReader } from './slow-reader.ts'

const MIB = 1024 * 1024

describe('network: a slow reader', () => {
  afterEach(stopAll)

  it('slows its writer, and gets every byte in order', async function () {
    this.timeout(60_000)
    const [a, b] = await startMesh(2)
    assert(a && b)
    const written = await writeToSlowReader(a, b)
    assert(written < 8 * MIB, `${written / MIB} MiB went out before the first was read`)
  })

  it('fails a write and a read when the peer is gone', async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    b.streams.handleStream(STREAM, () => new Promise(() => {}))
    const stream = await a.streams.openStream(b.connections.self, STREAM, { timeoutMs: 5_000 })
    const writing = (async () => {
      for (;;) await stream.write(new Uint8Array(MIB))
    })()
    const read = stream.read()
    b.connections.setMembers(new Set())
    await assert.rejects(writing, { code: 'peerUnreachable' })
    await assert.rejects(read, { code: 'peerUnreachable' })
  })

  it('sends many messages at once without losing the newest', async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    let last = -1
    let count = 0
    b.messages.onMessage(MESSAGE, (_from, payload) => {
      last = new DataView(payload.buffer, payload.byteOffset).getUint32(0)
      count += 1
    })
    const total = 2_000
    for (let index = 0; index < total; index++) {
      const payload = new Uint8Array(64 * 1024)
      new DataView(payload.buffer).setUint32(0, index)
      a.messages.send(b.connections.self, MESSAGE, payload)
    }
    await eventually('the newest arrives', () => last === total - 1)
    assert(count < total, 'the oldest were dropped, not piled up')
  })
})
