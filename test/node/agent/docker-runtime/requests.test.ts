/** What the engine is asked, and answers that the real one gives too seldom; played by a small HTTP server. */
import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createDockerRuntime } from '../../../../node/agent/docker-runtime/index.ts'
import type { Clock } from '../../../../node/ports/clock.ts'
import type { Runtime } from '../../../../node/ports/runtime.ts'
import { isCoterieError } from '../../../../protocols/errors/index.ts'
import { eventually } from '../../../support/eventually.ts'
import { scratchDir } from '../../../support/scratch.ts'
import { silentLogger } from '../../../support/silent-logger.ts'
import { NODE_A, realClock, serviceOf, startOf } from '../grounds.ts'

const NEVER = new AbortController().signal
type Answer = (request: IncomingMessage, response: ServerResponse) => void

const refuse =
  (status: number, message: string): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))

describe('docker runtime: requests', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let server: Server
  let create: (clock: Clock) => Runtime
  let runtime: Runtime
  /** `METHOD /path` without the query -> what is answered; anything else is not found. */
  let answers: Record<string, Answer>
  let asked: { readonly url: string; readonly body: string }[]

  beforeEach(async () => {
    scratch = await scratchDir()
    answers = {}
    asked = []
    const socketPath = join(scratch.path, 'engine.sock')
    server = createServer(async (request, response) => {
      const url = request.url ?? ''
      asked.push({ url, body: await text(request) })
      const answer = answers[`${request.method} ${url.split('?')[0]}`] ?? refuse(404, 'no such thing')
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(socketPath, resolve))
    create = (clock) =>
      createDockerRuntime(
        { clock, random: Math.random, logger: silentLogger },
        { mesh: 'home', node: NODE_A, socketPath, allows: [] },
      )
    runtime = create(realClock)
  })
  afterEach(async () => {
    await runtime.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await scratch.remove()
  })

  const start = (environment: Record<string, string> = {}) =>
    runtime.start(startOf(serviceOf(['web'], { image: 'shop/web', environment })), NEVER)

  it('are none where there is no socket, and begin once there is', async () => {
    answers['GET /_ping'] = (_, response) => response.writeHead(200).end('OK')
    const socketPath = join(scratch.path, 'later.sock')
    const later = createDockerRuntime(
      { clock: realClock, random: Math.random, logger: silentLogger },
      { mesh: 'home', node: NODE_A, socketPath, allows: [] },
    )
    assert.match((await later.probe()) ?? '', /ENOENT.*later\.sock/)
    await assert.rejects(later.list(), (error) => isCoterieError(error, 'engineUnreachable'))
    await symlink(join(scratch.path, 'engine.sock'), socketPath)
    assert.equal(await later.probe(), null)
    await later.close()
  })

  it('find an error that a pull tells of after it has begun', async () => {
    answers['POST /images/create'] = (_, response) => {
      response.writeHead(200).write('{"status":"Pulling from shop/web"}\n{"err')
      response.end('or":"manifest unknown"}\n')
    }
    await assert.rejects(
      start(),
      (error) => isCoterieError(error, 'imageUnavailable') && error.data.detail === 'manifest unknown',
    )
    const pull = asked.find(({ url }) => url.startsWith('/images/create'))
    assert.equal(new URLSearchParams(pull?.url.split('?')[1]).get('fromImage'), 'shop/web:latest')
  })

  it('never carry the environment in an address, where logs would keep it', async () => {
    answers['GET /images/shop/web/json'] = (_, response) => response.writeHead(200).end('{}')
    answers['POST /containers/create'] = (_, response) => response.writeHead(201).end('{"Id":"1"}')
    const name = `coterie-${NODE_A.slice(-8)}-shop.web.0.7`
    answers[`POST /containers/${name}/start`] = (_, response) => response.writeHead(204).end()
    await start({ PASSWORD: 'hunter2' })
    assert.ok(asked.every(({ url }) => !url.includes('hunter2')))
    const created = asked.find(({ url }) => url.startsWith('/containers/create'))
    const body = JSON.parse(created?.body ?? '')
    assert.ok(body.Env.includes('PASSWORD=hunter2'))
    assert.deepEqual(body.HostConfig.SecurityOpt, ['no-new-privileges'])
    assert.equal(body.HostConfig.RestartPolicy.Name, 'no')
  })

  const refusals: [message: string, code: Parameters<typeof isCoterieError>[1]][] = [
    ['driver failed: Bind for 0.0.0.0:8080 failed: port is already allocated', 'portInUse'],
    ['userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use', 'portInUse'],
    ['exec: "web": executable file not found in $PATH: unknown', 'commandNotFound'],
    ['exec: "docker-init": executable file not found in $PATH: unknown', 'startFailed'],
    ['the disk is full', 'startFailed'],
  ]
  for (const [message, code] of refusals) {
    it(`are ${code} where the engine says: ${message}`, async () => {
      answers['GET /images/shop/web/json'] = (_, response) => response.writeHead(200).end('{}')
      answers['POST /containers/create'] = (_, response) => response.writeHead(201).end('{"Id":"1"}')
      const name = `coterie-${NODE_A.slice(-8)}-shop.web.0.7`
      answers[`POST /containers/${name}/start`] = refuse(500, message)
      await assert.rejects(start(), (error) => isCoterieError(error, code))
    })
  }

  it('are engineUnreachable where the engine breaks off in the middle of an answer', async () => {
    answers['GET /containers/json'] = (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('[')
      setImmediate(() => request.socket.destroy())
    }
    // The library hangs then: only the deadline of the call ends it.
    const after: Clock['after'] = (delayMs, run) => realClock.after(delayMs / 50, run)
    await runtime.close()
    runtime = create({ ...realClock, after })
    await assert.rejects(runtime.list(), (error) => isCoterieError(error, 'engineUnreachable'))
  })

  describe('for events', () => {
    /** Fifty times as fast. */
    const hasty: Clock = { ...realClock, after: (delayMs, run) => realClock.after(delayMs / 50, run) }
    let told: number
    const listen = async () => {
      await runtime.close()
      runtime = create(hasty)
      told = 0
      return runtime.onChange(() => void told++)
    }

    it('go on after the last one that came', async () => {
      const moments = () =>
        asked
          .filter(({ url }) => url.startsWith('/events'))
          .map(({ url }) => new URLSearchParams(url.split('?')[1]).get('since'))
      answers['GET /events'] = (_, response) => {
        response.writeHead(200).write('{"status":"die","timeNano":17000000')
        response.end('00999999999}\n')
      }
      const unsubscribe = await listen()
      await eventually('it asks again', () => moments().length > 1)
      assert.deepEqual(moments().slice(0, 2), [null, '1700000001.0'])
      unsubscribe()
    })

    it('notice an engine that hangs, and one that goes on', async () => {
      answers['GET /events'] = (_, response) => void response.writeHead(200).flushHeaders()
      answers['GET /_ping'] = (_, response) => response.writeHead(200).end('OK')
      const unsubscribe = await listen()
      await eventually('it is heard', () => told > 0)
      assert.equal(await runtime.probe(), null)
      const before = told
      answers['GET /_ping'] = () => {}
      answers['GET /events'] = () => {}
      await eventually('the hang is told', () => told > before)
      assert.match((await runtime.probe()) ?? '', /no answer within/)
      const meanwhile = told
      answers['GET /events'] = (_, response) => void response.writeHead(200).flushHeaders()
      await eventually('that it goes on is told', () => told > meanwhile)
      unsubscribe()
    })
  })
})
