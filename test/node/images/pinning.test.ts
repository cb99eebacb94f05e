import assert from 'node:assert/strict'
import { createPinning } from '../../../node/images/index.ts'
import type { ContainerEngine } from '../../../node/ports/engine.ts'
import type { Requests } from '../../../node/ports/network.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'

const [HERE, THERE, BEFORE] = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`) as [
  string,
  string,
  string,
]
const AWAY = new CoterieError('registryUnreachable', { registry: 'docker.io', detail: 'no route' })
const DEAF = new CoterieError('engineUnreachable', { detail: 'no socket' })

type Given = Partial<Pick<ContainerEngine, 'image' | 'digestOf'>>

/** Requests between nodes of one process, by their names. */
const createWires = () => {
  const handlers = new Map<string, (payload: Uint8Array) => Promise<Uint8Array>>()
  return (self: string): Requests => ({
    request: async (to, _protocol, payload) => {
      const handler = handlers.get(to)
      if (handler === undefined) throw new CoterieError('peerUnreachable', { peer: to, detail: 'it is away' })
      return handler(payload)
    },
    handleRequest: (_protocol, handler) => {
      handlers.set(self, (payload) => handler('asker', payload))
    },
  })
}

const open = (given: Given, more: Partial<Parameters<typeof createPinning>[0]> = {}) => {
  const engine = { image: async () => null, digestOf: async () => THERE, ...given }
  const requests = createWires()('self')
  return createPinning({ engine, clock: createHandClock(), requests, engines: () => [], ...more })
}
const pin = (given: Given, before: string | null = null, image = 'web:1') => open(given).pin(image, before)
const fails = (error: Error) => async () => {
  throw error
}

describe('the digest of an image that is to run', () => {
  it("is its registry's, also where this machine has another one", async () => {
    assert.deepEqual(await pin({}), { image: `web:1@${THERE}`, note: null })
    const present = { image: async () => ({ digest: HERE }) }
    assert.deepEqual(await pin(present), { image: `web:1@${THERE}`, note: null })
  })

  it('is what was asked for where that names one', async () => {
    const image = `web:1@${BEFORE}`
    assert.deepEqual(await pin({ image: fails(DEAF) }, null, image), { image, note: null })
  })

  it("is this machine's where the registry is away, else that of before, else none", async () => {
    const digestOf = fails(AWAY)
    const here = await pin({ image: async () => ({ digest: HERE }), digestOf }, `web:1@${BEFORE}`)
    assert.equal(here.image, `web:1@${HERE}`)
    assert.match(here.note ?? '', /^pinned as it is there: .*no route/)
    const before = await pin({ digestOf }, `web:1@${BEFORE}`)
    assert.equal(before.image, `web:1@${BEFORE}`)
    assert.equal((await pin({ digestOf }, `web:0@${BEFORE}`)).image, 'web:1')
    assert.match((await pin({ digestOf })).note ?? '', /^not pinned: .*no route/)
  })

  it('is not asked for where the image came from no registry, or no engine answers', async () => {
    const digestOf = () => assert.fail('no registry is asked')
    const local = await pin({ image: async () => ({ digest: null }), digestOf })
    assert.deepEqual(local, { image: 'web:1', note: 'not pinned: it came from no registry' })
    assert.match((await pin({ image: fails(DEAF), digestOf })).note ?? '', /no engine of the mesh answers/)
  })

  it('is asked of other members where this node has no engine', async () => {
    const wires = createWires()
    open({}, { requests: wires('attic') })
    open({ image: fails(DEAF) }, { requests: wires('shed') })
    const engines = () => ['gone', 'attic', 'shed']
    const here = open({ image: fails(DEAF) }, { requests: wires('self'), engines })
    assert.deepEqual(await here.pin('web:1', null), { image: `web:1@${THERE}`, note: null })
    const none = open({ image: fails(DEAF) }, { requests: wires('self'), engines: () => ['shed'] })
    assert.match((await none.pin('web:1', null)).note ?? '', /no engine of the mesh answers/)
  })

  it('is not waited for for long', async () => {
    const clock = createHandClock()
    const digestOf = (_: string, signal: AbortSignal) =>
      new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        queueMicrotask(() => clock.pass(5_000))
      })
    const { note } = await open({ digestOf }, { clock }).pin('web:1', null)
    assert.match(note ?? '', /nothing came within 5 s/)
  })
})
