/** Lines of one member at another one, over real networks. */
import assert from 'node:assert/strict'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  Copies,
  createJournal,
  createMemberExport,
  isNote,
  type Journal,
  type NodeLinesComponents,
  readNodeLines,
  type Selection,
  type Shipper,
  serveJournal,
} from '../../../node/journal/index.ts'
import { COPIES_MAX, READERS_MAX } from '../../../node/journal/limits.ts'
import { numberLine } from '../../../node/journal/line.ts'
import { generateIdentity, type MeasuredNetwork } from '../../../node/network/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { copyQuestionCodec, journalQuestionCodec } from '../../../protocols/journal/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { newIdentity } from '../../support/identities.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { isConnected, makeMesh, realClock, startNode, stopAll, stopNode } from '../network/nodes.ts'
import { collect, messageOf, readAll, said } from './lines.ts'

/** Looks in a row that see no move: what goes on does not stand still for that long. */
const LOOKS = 20

const ALL: Selection = {
  after: null,
  tail: null,
  follow: false,
  sinceMs: null,
  untilMs: null,
  level: 0,
  grep: null,
}

/** Pauses that a person would wait for are short. */
const quickClock: Clock = { ...realClock, after: (ms, task) => realClock.after(Math.min(ms, 50), task) }

interface Member {
  network: MeasuredNetwork
  readonly journal: Journal
  readonly copies: Copies
}

describe('journal: among members', () => {
  let path: string
  let remove: () => Promise<void>
  let members: Member[]
  const shippers: Shipper[] = []
  const keys = Array.from({ length: 3 }, generateIdentity)

  beforeEach(async () => {
    const scratch = await scratchDir()
    path = scratch.path
    remove = scratch.remove
    const networks = await Promise.all(keys.map((privateKey) => startNode({ privateKey })))
    makeMesh(networks)
    await eventually('all are connected', () =>
      networks.every(({ connections }) => connections.connected().length === keys.length - 1),
    )
    members = await Promise.all(
      networks.map(async (network, at) => {
        const journal = createJournal({ clock: realClock })
        await journal.open(join(path, String(at)))
        const member = { network, journal, copies: new Copies(join(path, String(at), 'of')) }
        serve(member)
        return member
      }),
    )
  })
  afterEach(async () => {
    await Promise.all(shippers.splice(0).map((shipper) => shipper.stop()))
    await stopAll()
    await Promise.all(members.flatMap(({ journal, copies }) => [journal.close(), copies.close()]))
    await remove()
  })

  const serve = ({
    network,
    journal,
    copies,
  }: Omit<Member, 'journal'> & { journal: Pick<Journal, 'read'> }) => {
    const { streams, requests } = network
    serveJournal({ self: network.connections.self, journal, copies, clock: realClock, streams, requests })
  }
  const idOf = (at: number) => (members[at] as Member).network.connections.self
  const nameOf = (node: string) => `n${members.findIndex(({ network }) => network.connections.self === node)}`
  const partsOf = (at: number): NodeLinesComponents => {
    const { network, journal, copies } = members[at] as Member
    const { streams, requests } = network
    const alive = () => members.map(({ network: { connections } }) => connections.self)
    return {
      ...{ self: idOf(at), journal, copies, streams, requests, alive, nameOf },
      ...{ clock: quickClock, random: () => 0 },
    }
  }
  /** What the reader at `from` is told of `of`; a note begins with an asterisk. */
  async function* told(
    from: number,
    of: string,
    more: Partial<Selection> = {},
    ended = new AbortController(),
  ) {
    for await (const item of readNodeLines(partsOf(from), of, { ...ALL, ...more }, ended.signal))
      yield isNote(item) ? `* ${item.note}` : messageOf(item)
  }
  const all = (from: number, of: string, more: Partial<Selection> = {}) => collect(told(from, of, more))
  const write = (at: number, ...words: string[]) => {
    for (const word of words) members[at]?.journal.write(said(word, { level: word === 'odd' ? 40 : 30 }))
  }
  const ship = async (at: number) => {
    const { network, journal } = members[at] as Member
    const { self, requests, alive } = partsOf(at)
    const base = { journal, clock: quickClock, random: () => 0, logger: silentLogger }
    const shipper = createMemberExport({ ...base, self, requests, alive })
    shippers.push(shipper)
    await shipper.start()
    return { shipper, network }
  }

  it('are read in order, however many, and filtered where they are', async () => {
    const words = Array.from({ length: 200 }, (_, at) => `line ${at}`)
    write(1, ...words, 'odd')
    assert.deepEqual(await all(0, idOf(1)), [...words, 'odd'])
    assert.deepEqual(await all(0, idOf(1), { level: 40 }), ['odd'])
    assert.deepEqual(await all(0, idOf(1), { tail: 2, grep: 'LINE' }), ['line 198', 'line 199'])
    assert.deepEqual(await all(1, idOf(1), { tail: 1 }), ['odd'])
  })

  it('are seen as they come, and let go of when the reader has enough', async () => {
    write(1, 'first')
    const ended = new AbortController()
    const seen: string[] = []
    for await (const line of told(0, idOf(1), { follow: true }, ended)) {
      seen.push(line)
      if (seen.length === 3) ended.abort()
      else write(1, `after ${line}`)
    }
    assert.deepEqual(seen, ['first', 'after first', 'after after first'])
  })

  it('are not read ahead of a reader that never reads', async () => {
    let given = 0
    const read: Journal['read'] = async function* () {
      for (;;) {
        given += 1
        yield { sequence: given, level: 30, atMs: 1, text: numberLine(said('x'.repeat(8_000)), given) }
      }
    }
    const { streams } = (members[0] as Member).network
    const server = await startNode()
    makeMesh([(members[0] as Member).network, server])
    await eventually('they are connected', () => isConnected((members[0] as Member).network, server))
    serve({ ...(members[1] as Member), network: server, journal: { read } })
    const stream = await streams.openStream(server.connections.self, PROTOCOLS.journal, { timeoutMs: 5_000 })
    await stream.write(journalQuestionCodec.encode({ ...ALL, of: server.connections.self, follow: true }))
    let before = -1
    let still = 0
    await eventually('the source waits', () => {
      still = given === before && given > 0 ? still + 1 : 0
      before = given
      return still === LOOKS
    })
    stream.abort()
  })

  it('are read by so many at once, and the next one is told', async () => {
    const { streams } = (members[0] as Member).network
    write(1, 'one')
    const open = async () => {
      const stream = await streams.openStream(idOf(1), PROTOCOLS.journal, { timeoutMs: 5_000 })
      await stream.write(journalQuestionCodec.encode({ ...ALL, of: idOf(1), follow: true }))
      await stream.read()
      return stream
    }
    const readers = []
    for (let at = 0; at < READERS_MAX; at++) readers.push(await open())
    await assert.rejects(all(0, idOf(1)), (error) => isCoterieError(error, 'logReadersTooMany'))
    for (const reader of readers) reader.abort()
    await eventually('there is room again', async () => (await all(0, idOf(1))).length === 1)
  })

  it('of one that is gone are refused where nobody has a copy', async () => {
    await stopNode((members[1] as Member).network)
    const stranger = newIdentity().node
    for (const node of [idOf(1), stranger])
      await assert.rejects(all(0, node), (error) => isCoterieError(error, 'nodeLogAbsent'))
  })

  it('go on where the node was away, each once, with a note for the reader', async () => {
    write(1, 'before')
    const ended = new AbortController()
    const seen: string[] = []
    const reading = (async () => {
      for await (const line of told(0, idOf(1), { follow: true }, ended)) seen.push(line)
    })()
    await eventually('it is read', () => seen.length === 1)
    const member = members[1] as Member
    await stopNode(member.network)
    await eventually('it is missed', () => seen.length === 2)
    write(1, 'meanwhile')
    member.network = await startNode({ privateKey: keys[1] as Uint8Array })
    serve(member)
    makeMesh(members.map(({ network }) => network))
    await eventually('it goes on', () => seen.includes('meanwhile'))
    ended.abort()
    await reading
    assert.deepEqual(seen, [
      'before',
      '* n1 does not answer; its lines go on when it does',
      '* n1 answers again',
      'meanwhile',
    ])
  })

  describe('copies', () => {
    const keep = (lines: string[]) => (members[0] as Member).copies.keep(idOf(1), lines)
    const line = (sequence: number, word = `line ${sequence}`) => numberLine(said(word), sequence)

    it('are kept by the two others, from what was said before on, and read where the node is gone', async () => {
      write(1, 'one', 'odd')
      const { shipper, network } = await ship(1)
      await eventually('both have them', () => shipper.state().sent === 4)
      write(1, 'three')
      await eventually('both have it', () => shipper.state().sent === 6)
      await shipper.stop()
      await stopNode(network)
      for (const reader of [0, 2]) {
        const [note, ...lines] = await all(reader, idOf(1))
        assert.match(note ?? '', /^\* n1 does not answer; this is the copy that n[02] keeps$/)
        assert.deepEqual(lines, ['one', 'odd', 'three'])
        assert.deepEqual((await all(reader, idOf(1), { level: 40 })).slice(1), ['odd'])
      }
    })

    it('are made by the longest one that answers', async () => {
      await (members[0] as Member).copies.keep(idOf(1), [line(1)])
      await (members[2] as Member).copies.keep(idOf(1), [line(1), line(2)])
      await stopNode((members[1] as Member).network)
      assert.deepEqual(await all(0, idOf(1)), [
        '* n1 does not answer; this is the copy that n2 keeps',
        'line 1',
        'line 2',
      ])
    })

    it('go on where they ended after a restart of either side', async () => {
      write(1, 'one')
      const first = await ship(1)
      await eventually('both have it', () => first.shipper.state().sent === 2)
      await first.shipper.stop()
      await (members[0] as Member).copies.close()
      write(1, 'two')
      const second = await ship(1)
      await eventually('both have it', () => second.shipper.state().sent === 2)
      const copied = (members[0] as Member).copies.readOf(idOf(1))
      assert.deepEqual((await readAll({ read: copied })).map(messageOf), ['one', 'two'])
    })

    it('of whoever has nobody else are none, and that is told', async () => {
      const alone = createMemberExport({
        ...{ ...partsOf(0), clock: quickClock, logger: silentLogger, alive: () => [idOf(0)] },
        journal: (members[0] as Member).journal,
      })
      await alone.start()
      assert.match(String(alone.state().problem?.error), /no other member is alive/)
      await alone.stop()
    })

    it('take each line once, and nothing that is no line', async () => {
      assert.equal(await keep([line(1), line(2)]), 2)
      assert.equal(await keep([line(1), line(2), line(3)]), 3)
      await assert.rejects(keep(['nonsense']), (error) => isCoterieError(error, 'logCopyRefused'))
      const { copies } = members[0] as Member
      assert.deepEqual((await readAll({ read: copies.readOf(idOf(1)) })).map(messageOf), [
        'line 1',
        'line 2',
        'line 3',
      ])
      assert.equal(await copies.held(idOf(1)), 3)
      assert.equal(await copies.held(idOf(2)), null)
    })

    it('of as many nodes as there may be make room for another one', async () => {
      const { copies } = members[0] as Member
      const nodes = Array.from({ length: COPIES_MAX + 1 }, () => newIdentity().node)
      for (const [at, node] of nodes.entries()) {
        await copies.keep(node, [line(at)])
        if (at === 0) await utimes(join(path, '0', 'of', `${node}.log`), 1, 1)
      }
      assert.deepEqual(
        await Promise.all([nodes[0], nodes[1], nodes.at(-1)].map((node) => copies.held(node as string))),
        [null, 1, COPIES_MAX],
      )
    })

    it('are forgotten with their node', async () => {
      await keep([line(1)])
      const { copies } = members[0] as Member
      await copies.forget(idOf(1))
      assert.equal(await copies.held(idOf(1)), null)
      assert.equal(await keep([line(1)]), 1)
    })

    it('that the disk does not take are refused, so that they are tried again', async () => {
      await mkdir(join(path, '0'), { recursive: true })
      await writeFile(join(path, '0', 'of'), 'in its place')
      await assert.rejects(keep([line(1)]), (error) => isCoterieError(error, 'storeFailed'))
    })

    it('are nothing for a stranger', async () => {
      const stranger = await startNode()
      const { network } = members[0] as Member
      const [address = ''] = network.connections.addresses()
      const node = await stranger.connections.dial(address, { timeoutMs: 5_000 })
      const question = copyQuestionCodec.encode({ type: 'held', of: idOf(1) })
      await assert.rejects(
        stranger.requests.request(node, PROTOCOLS.journalCopies, question, { timeoutMs: 2_000 }),
      )
    })
  })
})
