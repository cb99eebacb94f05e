import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { QUIET_MS } from '../../../node/proxy/limits.ts'
import { eventually, settled } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { createWorld, echoUdp, idOf, OBJECT, type Served, serveTcp, type World } from './world.ts'

const MIB = 1024 * 1024
/** Both ways of a connection: to a task of this node, and of the other one. */
const WAYS = [
  { way: 'on the same node', at: 0 },
  { way: 'on another node', at: 1 },
] as const

/** In peace or not. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()))

describe('proxy: a published port', function () {
  this.timeout(15_000)
  let world: World
  const served: Served[] = []
  const serve = async (on: (socket: Socket) => void) => {
    const program = await serveTcp(on)
    served.push(program)
    return program
  }
  /** Says its name, and back what it hears. */
  const echo = (name: string) =>
    serve((socket) => {
      socket.write(`${name}: `)
      socket.pipe(socket)
    })
  const ask = async (at: 0 | 1, question = 'hello') => {
    const socket = await world.open(at)
    socket.end(question)
    return text(socket)
  }

  beforeEach(async () => {
    world = await createWorld()
  })
  afterEach(async () => {
    await world.close()
    for (const program of served.splice(0)) await program.close()
  })

  for (const { way, at } of WAYS)
    describe(`whose task runs ${way}`, () => {
      it('carries both directions, each to its own end', async () => {
        const { port } = await echo('web')
        world.run('t', 0, port)
        assert.equal(await ask(at), 'web: hello')
      })

      it('lets a task speak on after its client has ended', async () => {
        const { port } = await serve((socket) => {
          socket.resume().on('end', () => setTimeout(() => socket.end('late, and whole'), 20))
        })
        world.run('t', 0, port)
        assert.equal(await ask(at), 'late, and whole')
      })

      it('carries a reset as a reset, from either side', async () => {
        const { port, sockets } = await echo('web')
        world.run('t', 0, port)
        const client = await world.open(at)
        client.write('x')
        await once(client, 'data')
        const ended = closed(sockets[0] as Socket)
        client.resetAndDestroy()
        await ended
        assert.equal(sockets[0]?.readableEnded, false, 'a reset is not an end')
        const other = await world.open(at)
        other.write('x')
        await once(other, 'data')
        const over = closed(other)
        sockets[1]?.resetAndDestroy()
        await over
        assert.equal(other.readableEnded, false, 'a reset is not an end')
      })

      it('lets a slow reader slow its writer, and loses nothing', async () => {
        const total = 48 * MIB
        let sent = 0
        const { port } = await serve((socket) => {
          const chunk = Buffer.alloc(MIB / 4, 'x')
          const more = () => {
            while (sent < total) {
              sent += chunk.byteLength
              if (!socket.write(chunk)) return void socket.once('drain', more)
            }
            socket.end()
          }
          more()
        })
        world.run('t', 0, port)
        const client = await world.open(at)
        client.pause()
        await eventually('the writer begins', () => sent > 0)
        await settled('the writer waits', () => sent)
        assert(sent < total, `${sent / MIB} MiB went out to a reader that sleeps`)
        let read = 0
        for await (const chunk of client) read += (chunk as Buffer).byteLength
        assert.equal(read, total)
      })
    })

  it('goes to the task of the same node first, and to both when they are busy', async () => {
    const [near, far] = [await echo('near'), await echo('far')]
    world.run('near', 0, near.port)
    world.run('far', 1, far.port)
    assert.equal(await ask(0), 'near: hello')
    assert.equal(await ask(1), 'far: hello')
    const open = await Promise.all(Array.from({ length: 12 }, () => world.open(0)))
    await Promise.all(open.map((socket) => once(socket, 'data')))
    assert(far.sockets.length > 3, `${far.sockets.length} of 12 went to the other node`)
  })

  it('goes on to another task where the first just died, before a word was said', async () => {
    const alive = await echo('alive')
    world.run('dead', 0, await freePort())
    world.run('alive', 1, alive.port)
    for (let times = 0; times < 3; times++) assert.equal(await ask(0), 'alive: hello')
  })

  it('waits for a task that is about to run', async () => {
    const { port } = await echo('late')
    const asked = ask(1)
    setTimeout(() => world.run('late', 0, port), 200)
    assert.equal(await asked, 'late: hello')
  })

  it('is refused by a node for a task that is not decided to be there, whatever another one believes', async () => {
    const { port, sockets } = await echo('web')
    world.run('web', 0, port)
    await assert.rejects(world.tunnel(1, 'web', 81), { code: 'tunnelRefused' })
    await assert.rejects(world.tunnel(1, 'other', 80), { code: 'tunnelRefused' })
    // The task listens there by itself, to the node that is asked.
    world.publish({ published: world.published, mode: 'host' })
    await assert.rejects(world.tunnel(1, 'web', 80), { code: 'tunnelRefused' })
    assert.equal(sockets.length, 0)
  })

  it('leaves its task when the task is to go: quiet connections soon, new ones at once', async () => {
    const [old, young] = [await echo('old'), await echo('young')]
    world.run('old', 0, old.port)
    const [quiet, busy] = [await world.open(0), await world.open(1)]
    await Promise.all([once(quiet, 'data'), once(busy, 'data')])
    busy.write('waits for an answer')
    await once(busy, 'data')
    world.run('young', 1, young.port)
    world.release('old')
    const ended = once(quiet, 'end')
    const drained = world.proxies[0].drain(idOf('old'))
    assert.equal(await ask(0), 'young: hello')
    const said = setInterval(() => busy.write('.'), QUIET_MS / 5)
    await ended
    quiet.end()
    assert.equal(busy.readableEnded, false, 'whoever is busy is not cut off')
    clearInterval(said)
    busy.resume().end()
    await drained
  })

  it('that something else holds is told of, tried again, and answered once it is free', async () => {
    const port = await freePort()
    const holder = createServer().listen(port, world.addresses[1])
    await once(holder, 'listening')
    world.publish({ published: port })
    const problemAt = (at: 0 | 1) =>
      world.proxies[at].ports().find(({ published }) => published === port)?.problem
    await eventually('it is held on one', () => problemAt(1)?.includes('holds it') && problemAt(0) === null)
    holder.close()
    await eventually('it is answered on both', () => problemAt(1) === null)
    assert.equal(world.proxies[1].ports()[0]?.object, OBJECT)
  })

  it('is not listened on any more when nobody publishes it', async () => {
    world.publish({ published: await freePort() })
    await eventually('the old one is closed', async () => {
      const refused = await world.open(0).then(
        () => false,
        () => true,
      )
      return refused
    })
  })
})

describe('proxy: a published UDP port', function () {
  this.timeout(15_000)
  let world: World

  beforeEach(async () => {
    world = await createWorld({ protocol: 'udp' })
  })
  afterEach(() => world.close())

  it('keeps a client with one task, on this node or another, and goes elsewhere when that is gone', async () => {
    const [first, second] = [await echoUdp('first'), await echoUdp('second')]
    world.run('first', 0, first.port)
    for (const at of [0, 1] as const) {
      const client = createSocket('udp4')
      const ask = async (question: string) => {
        const answer = once(client, 'message')
        client.send(question, world.published, world.addresses[at])
        return String((await answer)[0])
      }
      assert.equal(await ask('one'), 'first: one')
      assert.equal(await ask('two'), 'first: two')
      world.run('second', 1, second.port)
      world.release('first')
      await world.proxies[0].drain(idOf('first'))
      assert.equal(await ask('three'), 'second: three')
      world.release('second')
      await world.proxies[1].drain(idOf('second'))
      world.run('first', 0, first.port)
      client.close()
    }
    first.close()
    second.close()
  })
})
