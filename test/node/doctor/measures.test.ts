/** What is broken for real on this machine, as the checks find it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { judgeDisk, measureDisk } from '../../../node/doctor/checks/disk.ts'
import { judgeDocker, measureDocker } from '../../../node/doctor/checks/docker.ts'
import { judgeNames, measureNames } from '../../../node/doctor/checks/names.ts'
import { judgePorts, measureFree, measureOpen } from '../../../node/doctor/checks/ports.ts'
import { interfaceTo, listenRefusal, portOwner } from '../../../node/network/index.ts'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { mountSmallDisk } from '../../support/small-disk.ts'

type Scratch = Awaited<ReturnType<typeof scratchDir>>

describe('doctor: a machine', function () {
  this.timeout(30_000)
  let scratch: Scratch
  const servers: Server[] = []

  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close()
      if ('closeAllConnections' in server)
        (server as ReturnType<typeof createHttpServer>).closeAllConnections()
    }
    await scratch.remove()
  })

  const listening = async <Any extends Server>(server: Any, at: string | number): Promise<Any> => {
    servers.push(server)
    if (typeof at === 'string') server.listen(at)
    else server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    return server
  }

  const docker = async (path: string) => {
    const [verdict] = judgeDocker(await measureDocker(path, false))
    assert.ok(verdict)
    return verdict
  }

  it('whose disk has room, and leaves nothing there', async () => {
    const facts = await measureDisk(scratch.path)
    assert.equal(facts.problem, null)
    assert.ok((facts.syncMs ?? -1) >= 0)
    assert.deepEqual(await readdir(scratch.path), [])
  })

  it('whose data directory is not there yet is judged by the one that it would be made in', async () => {
    const facts = await measureDisk(join(scratch.path, 'a', 'b'))
    assert.deepEqual([facts.path, facts.problem], [scratch.path, null])
  })

  it('whose disk is full', async function () {
    requires(this, 'root')
    const directory = join(scratch.path, 'disk')
    await mkdir(directory)
    const disk = await mountSmallDisk(directory, 1)
    try {
      await disk.fill()
      const [verdict] = judgeDisk(await measureDisk(disk.seen('.')))
      assert.equal(verdict?.result, 'bad')
      assert.match(verdict.finding, /is full$/)
      assert.match(verdict.fix ?? '', /^Make room/)
    } finally {
      await disk.close()
    }
  })

  it('without an engine', async () => {
    const { result, finding, fix } = await docker(join(scratch.path, 'docker.sock'))
    assert.equal(result, 'warning')
    assert.match(finding, /there is no engine at/)
    assert.match(fix ?? '', /Install Docker Engine/)
  })

  it('whose engine is stopped, and left its socket', async () => {
    const path = join(scratch.path, 'docker.sock')
    await writeFile(path, '')
    assert.match((await docker(path)).finding, /nobody listens at/)
  })

  it('whose engine answers', async () => {
    const path = join(scratch.path, 'docker.sock')
    const info = { ServerVersion: '29.1.0', CgroupVersion: '2', MemoryLimit: false }
    const engine = createHttpServer(({ url }, response) =>
      response.writeHead(url === '/info' ? 200 : 404).end(JSON.stringify(info)),
    )
    await listening(engine, path)
    const { result, finding } = await docker(path)
    assert.equal(result, 'warning')
    assert.match(finding, /^Docker 29\.1\.0 answers, with control groups of version 2, and cannot limit/)
  })

  it('whose engine answers with nonsense, or with an error', async () => {
    for (const [status, body] of [
      [200, 'no JSON'],
      [500, '{}'],
    ] as const) {
      const path = join(scratch.path, `${status}.sock`)
      await listening(
        createHttpServer((_, response) => response.writeHead(status).end(body)),
        path,
      )
      assert.match((await docker(path)).finding, /does not answer/)
    }
  })

  it('a port of which another program has', async () => {
    const server = await listening(createServer(), 0)
    const { port } = server.address() as AddressInfo
    const wanted = { use: 'for the API', setting: 'api-port', host: '127.0.0.1', port }
    const [verdict] = judgePorts(await measureFree({ listenRefusal, portOwner }, [wanted]))
    assert.equal(verdict?.result, 'bad')
    assert.match(
      verdict.finding,
      new RegExp(`127\\.0\\.0\\.1:${port} for the API is taken by \\S+ \\(process ${process.pid}\\)`),
    )
    assert.match(verdict.fix ?? '', /--api-port/)
    const [open] = judgePorts(await measureOpen([wanted]))
    assert.equal(open?.result, 'good')
    server.close()
    await once(server, 'close')
    const [free] = judgePorts(await measureFree({ listenRefusal, portOwner }, [wanted]))
    assert.equal(free?.result, 'good')
    const [deaf] = judgePorts(await measureOpen([wanted]))
    assert.equal(deaf?.result, 'bad')
  })

  it('an address of which it does not have', async () => {
    const wanted = { use: 'between nodes', setting: 'listen', host: '192.0.2.7', port: 7946 }
    const [verdict] = judgePorts(await measureFree({ listenRefusal, portOwner }, [wanted]))
    assert.match(verdict?.finding ?? '', /this machine does not have that address/)
  })

  it('names of which do and do not resolve', async () => {
    const known = await measureNames([{ name: 'localhost', of: '--at' }])
    assert.equal(judgeNames(known)[0]?.result, 'good')
    const lost = await measureNames([{ name: 'nowhere.invalid', of: '--at' }])
    assert.equal(judgeNames(lost)[0]?.result, 'bad')
  })

  it('knows the interface that leads to a host, where one does', () => {
    assert.equal(interfaceTo('127.0.0.1'), 'lo')
    assert.equal(interfaceTo('100::7'), null)
    assert.equal(interfaceTo('home.example'), null)
  })
})
