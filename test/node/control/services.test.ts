import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Applied, ApplyRequest } from '../../../protocols/control/index.ts'
import { SERVICES_MAX } from '../../../protocols/control/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import { eventually } from '../../support/eventually.ts'
import { ask, type Fixture, startControl } from './fixture.ts'
import { handMadeService, retell, revisionId } from './hand-made.ts'

const web: ServiceSpec = {
  kind: 'service',
  name: 'web',
  project: 'shop',
  image: 'web:1',
  command: null,
  environment: {},
  ports: [],
  replicas: 1,
  restart: 'always',
  process: null,
}
const answer = (state: Applied['revisions'][number]['state']): Applied => ({
  revisions: [{ object: 'service/shop/web', revision: revisionId('a'), state, reason: null }],
})

describe('control: services', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl()
  })
  after(() => fixture.stop())
  beforeEach(() => retell(fixture.handMade))

  const { stringify } = JSON
  const send = (method: string, path: string, body?: unknown) =>
    ask({
      socketPath: fixture.socketPath,
      method,
      path,
      ...(body !== undefined && { body: stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  const apply = (more: Partial<Record<keyof ApplyRequest, unknown>>) =>
    send('POST', '/v1/apply', { project: 'shop', changes: [], remove: [], ...more })

  it('are 200 once accepted or unchanged, and 202 while one is pending', async () => {
    for (const [state, status] of [
      ['accepted', 200],
      ['unchanged', 200],
      ['refused', 200],
      ['pending', 202],
    ] as const) {
      fixture.handMade.script.apply = () => answer(state)
      assert.deepEqual(await apply({}).then(({ status: given, body }) => [given, body]), [
        status,
        answer(state),
      ])
      assert.equal((await send('DELETE', '/v1/services/shop/web')).status, status)
    }
  })

  it('are handed on as they were asked for', async () => {
    const changes = [{ spec: web, ifHead: null }]
    await apply({ changes, remove: [{ name: 'db' }], via: 'panel' })
    await send('DELETE', '/v1/services/shop/web')
    await send('POST', '/v1/plan', { project: 'shop', specs: [web], prune: true })
    const { asked } = fixture.handMade.script
    assert.deepEqual(asked.apply, [
      { project: 'shop', changes, remove: [{ name: 'db' }], via: 'panel' },
      { project: 'shop', changes: [], remove: [{ name: 'web' }] },
    ])
    assert.deepEqual(asked.plan, [{ project: 'shop', specs: [web], prune: true }])
  })

  it('of another project, or twice in one request, are refused', async () => {
    const stranger = { ...web, project: 'blog' }
    for (const { body, status } of [
      await apply({ changes: [{ spec: stranger }] }),
      await send('POST', '/v1/plan', { project: 'shop', specs: [stranger] }),
      await apply({ changes: [{ spec: web }], remove: [{ name: 'web' }] }),
      await send('POST', '/v1/plan', { project: 'shop', specs: [web, web] }),
    ])
      assert.deepEqual([body.code, status], ['projectMismatch', 400])
    assert.equal(fixture.handMade.script.asked.apply.length, 0)
  })

  it('in a form that the schema does not know are refused', async () => {
    const many = Array.from({ length: SERVICES_MAX + 1 }, (_, at) => ({ name: `s${at}` }))
    for (const body of [
      { changes: [{ spec: { ...web, replicas: -1 } }] },
      { changes: [{ spec: { ...web, privileged: true } }] },
      { changes: [{ spec: web, ifHead: 'x' }] },
      { changes: [{ spec: web, force: true }] },
      { remove: ['web'] },
      { remove: [{ name: '../web' }] },
      { remove: many },
      { via: 'elsewhere' },
      { project: 'Shop' },
    ]) {
      const given = await apply(body)
      assert.equal(given.body.code, 'requestInvalid', stringify(body).slice(0, 200))
    }
    for (const path of ['/v1/services/Shop/web', '/v1/services/shop/-', '/v1/services/shop/%2e%2e'])
      assert.equal((await send('DELETE', path)).body.code, 'requestInvalid', path)
  })

  it('have a URL, or a reason why not', async () => {
    fixture.handMade.script.services = [
      handMadeService('shop', 'web'),
      handMadeService('shop', 'db', { url: null }),
    ]
    const url = async (name: string) => (await send('GET', `/v1/services/shop/${name}/url`)).body
    assert.deepEqual(await url('web'), { url: 'http://web.localhost:8090/' })
    assert.equal((await url('db')).code, 'servicePortless')
    assert.equal((await url('none')).code, 'serviceUnknown')
  })
})

describe('control: logs', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl()
  })
  after(() => fixture.stop())
  beforeEach(() => retell(fixture.handMade))

  const open = async (query = '', task = 'shop.web.0.7') => {
    const path = `/v1/tasks/${task}/logs${query}`
    const sent = request({ socketPath: fixture.socketPath, path, agent: false })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { sent, response }
  }
  const linesOf = async (response: IncomingMessage) =>
    (await text(response))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  it('are a line each, from the task and with the options that were asked for', async () => {
    const line = { atMs: 5, stream: 'stderr', text: 'a\nb "c"' } as const
    fixture.handMade.script.logs = async function* () {
      yield line
    }
    assert.deepEqual(await linesOf((await open('?tail=3&follow=true')).response), [line])
    await linesOf((await open()).response)
    const asked = fixture.handMade.script.asked.logs.map(({ task, options: { tail, follow } }) => [
      task,
      tail,
      follow,
    ])
    assert.deepEqual(asked, [
      ['shop.web.0.7', 3, true],
      ['shop.web.0.7', null, false],
    ])
  })

  it('of a task that is not there are 404, or end with the reason where that is known later', async () => {
    fixture.handMade.script.logs = (task) => {
      throw new CoterieError('taskUnknown', { task })
    }
    const { response } = await open()
    assert.equal(response.statusCode, 404)
    assert.equal((await linesOf(response))[0].code, 'taskUnknown')
    fixture.handMade.script.logs = async function* (task) {
      yield { atMs: 0, stream: 'stdout', text: 'first' }
      throw new CoterieError('taskUnknown', { task })
    }
    const lines = await linesOf((await open()).response)
    assert.equal(lines[1].error.code, 'taskUnknown')
  })

  it('of what is no task id, or with another tail than a count, are refused', async () => {
    for (const [query, task] of [
      ['', 'web'],
      ['', '..%2f..%2fetc'],
      ['?tail=-1', 'shop.web.0.7'],
      ['?tail=10001', 'shop.web.0.7'],
      ['?follow=yes', 'shop.web.0.7'],
    ] as const)
      assert.equal((await linesOf((await open(query, task)).response))[0].code, 'requestInvalid')
  })

  it('tell the source when the reader has gone', async () => {
    const ended = Promise.withResolvers<void>()
    fixture.handMade.script.logs = async function* (_task, { signal }) {
      yield { atMs: 0, stream: 'stdout', text: 'first' }
      await once(signal, 'abort')
      ended.resolve()
    }
    const { sent, response } = await open('?follow=true')
    await once(response, 'data')
    sent.destroy()
    await ended.promise
  })

  it('are not read ahead of a reader who is slow', async () => {
    let given = 0
    fixture.handMade.script.logs = async function* () {
      for (; given < 100_000; given++) {
        yield { atMs: 0, stream: 'stdout', text: 'x'.repeat(1000) }
        if (given % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const { sent, response } = await open()
    response.pause()
    let before = -1
    let same = 0
    await eventually('it stands still', () => {
      same = given > 0 && given === before ? same + 1 : 0
      before = given
      return same > 30
    })
    assert.ok(given < 10_000, `${given} lines were read ahead`)
    sent.destroy()
  })
})
