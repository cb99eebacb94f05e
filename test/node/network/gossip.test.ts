import assert from 'node:assert/strict'
import { GOSSIP_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { makeMesh, startMesh, startNode, stopAll, text, utf8 } from './nodes.ts'

const TOPIC = 'words'

describe('network: gossip', () => {
  afterEach(stopAll)

  it('reaches all of five members on one address, names the author, and never reaches a stranger', async () => {
    const nodes = await startMesh(5)
    const stranger = await startNode()
    const heard = nodes.map(() => new Set<string>())
    let overheard = 0
    nodes.forEach(({ topics }, index) => {
      topics.subscribe(TOPIC, (from, payload) => heard[index]?.add(`${from} ${text(payload)}`))
    })
    stranger.topics.subscribe(TOPIC, () => {
      overheard += 1
    })
    for (const { connections } of nodes) {
      const [address = ''] = connections.addresses()
      await stranger.connections.dial(address, { timeoutMs: 5_000 })
    }
    // The stranger takes them for members of its own, so nothing but their gate keeps it out.
    stranger.connections.setMembers(new Set(nodes.map(({ connections }) => connections.self)))

    let round = 0
    await eventually('each hears each', () => {
      round += 1
      for (const { topics } of nodes) topics.publish(TOPIC, utf8(`hello ${round}`))
      stranger.topics.publish(TOPIC, utf8(`let me in ${round}`))
      return heard.every((words) => new Set([...words].map((word) => word.split(' ')[0])).size === 4)
    })
    assert(heard.every((words) => ![...words].some((word) => word.startsWith(stranger.connections.self))))
    assert.equal(overheard, 0)
  })

  it('leaves no timer behind that would keep the process', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const node = await startNode()
    await node.stop()
    // The others end within a second; a heartbeat's would be the last.
    await eventually('nothing keeps the process', () => timers() <= before, 4_000)
  })

  it('includes a node from when it becomes a member', async () => {
    const [a, b] = [await startNode(), await startNode()]
    const heard: string[] = []
    a.topics.subscribe(TOPIC, () => {})
    b.topics.subscribe(TOPIC, (_from, payload) => heard.push(text(payload)))
    const [address = ''] = a.connections.addresses()
    await b.connections.dial(address, { timeoutMs: 5_000 })
    makeMesh([a, b])
    await eventually('the word', () => {
      a.topics.publish(TOPIC, utf8(`word ${heard.length}`))
      return heard.length > 0
    })
  })

  it('refuses a payload over the limit at its author', async () => {
    const node = await startNode()
    node.topics.publish(TOPIC, new Uint8Array(GOSSIP_BYTES_MAX))
    assert.throws(() => node.topics.publish(TOPIC, new Uint8Array(GOSSIP_BYTES_MAX + 1)), {
      code: 'frameTooLarge',
    })
  })
})
