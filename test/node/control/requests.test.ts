import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Compile } from 'typebox/compile'
import { ErrorBodySchema, REQUEST_BYTES_MAX, ROUTES, type Route } from '../../../protocols/control/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { ask, type Fixture, type RawRequest, startControl } from './fixture.ts'
import { handMadeConflict, handMadeService, revisionId } from './hand-made.ts'

const BODIES: Readonly<Record<string, unknown>> = {
  '/v1/root/export': { passphrase: 'correct horse battery' },
  '/v1/root/forget': { sealed: '{}', passphrase: 'correct horse battery' },
  '/v1/root/import': { sealed: '{}', passphrase: 'correct horse battery' },
  '/v1/backup': { passphrase: 'correct horse battery' },
  '/v1/quorum/recover': { force: false },
  '/v1/services/:project/:name/update': { order: 'pause' },
  '/v1/plan': { project: 'shop', specs: [] },
  '/v1/apply': { project: 'shop', changes: [], remove: [] },
  '/v1/projects/link': { project: 'shop' },
  '/v1/tokens': { ttlMs: 60_000, uses: 1, role: 'full' },
  '/v1/open-lan': { forMs: 600_000, autoApprove: false, role: 'full', cidrs: [] },
  '/v1/open-lan/approve': { fingerprint: '48210937' },
  '/v1/open-lan/deny': { fingerprint: '48210937' },
  '/v1/projects/unlink': { project: 'shop' },
  '/v1/doctor': { pair: null },
  '/v1/login/password': { user: 'ada', password: 'x' },
  '/v1/login/challenge': { user: 'ada' },
  '/v1/login/key': { user: 'ada', text: 'x', seal: 'x', signature: 'x' },
  '/v1/login/refresh': { refresh: 'x' },
  '/v1/tasks/:task/exec': {
    command: ['sh'],
    terminal: null,
    input: false,
    user: null,
    directory: null,
    environment: [],
  },
  '/v1/registries': { registry: 'ghcr.io', username: 'ada', secret: 'x' },
  '/v1/execs/:exec/input': { type: 'inputEnd' },
  '/v1/users': { user: 'ada', kind: 'person', role: 'viewer' },
  '/v1/users/:user/role': { role: 'admin' },
  '/v1/users/:user/password': { password: 'correct horse battery' },
  '/v1/users/:user/keys': { key: 'ssh-ed25519 AAAA' },
}

describe('control: requests', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl()
    fixture.handMade.script.services = [handMadeService('shop', 'web')]
    fixture.handMade.script.conflicts = [handMadeConflict(revisionId('b'))]
  })
  after(() => fixture.stop())

  const bySocket = (more: RawRequest) => ask({ socketPath: fixture.socketPath, ...more })
  const errorForm = Compile(ErrorBodySchema)

  const refused = async (more: RawRequest, code: string, status: number) => {
    const answer = await bySocket(more)
    assert.equal(answer.body.code, code, JSON.stringify(answer.body))
    assert.equal(answer.status, status)
    assert.ok(errorForm.Check(answer.body))
    return answer.body.message as string
  }

  const post = (body: string, more: Partial<RawRequest> = {}): RawRequest => ({
    path: '/v1/leave',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    ...more,
  })

  it('are answered as the table says, on every route that answers once, as JSON', async () => {
    for (const [key, route] of Object.entries(ROUTES) as [string, Route][]) {
      if (route.answers !== 'json') continue
      const [method = '', path = ''] = key.split(' ')
      const filled = path
        .replace(':project', 'shop')
        .replace(':name', 'web')
        .replace(':revision', revisionId('b'))
        .replace(':token', '3f2a91c0')
        .replace(':exec', 'e'.repeat(32))
        .replace(':registry', 'ghcr.io')
        .replace(':node', 'kitchen')
        .replace(':session', `${'c'.repeat(32)}.1798592000`)
        .replace(':user', 'ada')
        .replace(':fingerprint', `SHA256:${'d'.repeat(43)}`)
      const { status, body } = await bySocket(
        method === 'POST'
          ? post(JSON.stringify(BODIES[path] ?? {}), { path: filled })
          : { path: filled, method },
      )
      assert.equal(status, 200, key)
      assert.deepEqual([...Compile(route.response).Errors(body)], [], key)
    }
  })

  it('for what is not there are routeUnknown, whatever trick the path plays', async () => {
    const paths = [
      '/v1/nothing',
      '//v1/status',
      '/v1//status',
      '/v1/status/',
      '/v1/%2e%2e/health',
      '/v1/../health',
      '/v1/status%00',
      '/V1/STATUS',
      '/v1/events/%2e%2e%2fstatus',
    ]
    for (const path of paths) await refused({ path }, 'routeUnknown', 404)
    await refused({ path: '/v1/status', method: 'DELETE' }, 'routeUnknown', 404)
    await refused({ path: '/v1/status', method: 'OPTIONS' }, 'routeUnknown', 404)
  })

  it('repeat a stranger’s path only in part', async () => {
    const message = await refused({ path: `/${'x'.repeat(5000)}` }, 'routeUnknown', 404)
    assert.ok(message.length < 300)
  })

  it('with a path that is no text are refused', () => refused({ path: '/v1/%zz' }, 'requestInvalid', 400))

  it('with keys that the schema does not know are refused', async () => {
    assert.match(
      await refused(post('{"force": true}'), 'requestInvalid', 400),
      /body at \/force is not known/,
    )
    assert.match(
      await refused({ path: '/v1/nodes?sort=name' }, 'requestInvalid', 400),
      /query at \/sort is not known/,
    )
  })

  it('with a body that is no JSON object are refused', async () => {
    for (const body of ['', '{', 'null', '[]', '"x"', '{"a":1}{"b":2}', '{"__proto__": {"x": 1}}'])
      await refused(post(body), 'requestInvalid', 400)
    await refused(post('x=1', { headers: { 'content-type': 'text/plain' } }), 'requestInvalid', 400)
    await refused({ path: '/v1/leave', method: 'POST' }, 'requestInvalid', 400)
  })

  it('with a body over the limit are refused', async () => {
    await refused(post(`{"x": "${'x'.repeat(REQUEST_BYTES_MAX)}"}`), 'bodyTooLarge', 413)
  })

  it('with a query of the wrong kind are refused', async () => {
    for (const query of ['since=x', 'since=-1', 'since=1.5', 'since=1&since=2', 'follow=1', 'follow='])
      await refused({ path: `/v1/events?${query}` }, 'requestInvalid', 400)
  })

  it('that are no HTTP get the same kind of answer', async () => {
    const socket = connect(fixture.socketPath)
    socket.end('nonsense\r\n\r\n')
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
    assert.match(head, /^HTTP\/1\.1 400 /)
    assert.equal(JSON.parse(body).code, 'requestInvalid')
  })
})

describe('control: handlers that fail', () => {
  it('pass on their code, and show of other errors the message but never the stack', async () => {
    let error: Error = new CoterieError('noQuorum', { waitedMs: 5 })
    const fixture = await startControl({
      membership: {
        leave: async () => {
          throw error
        },
      },
    })
    const leave = () =>
      ask({
        socketPath: fixture.socketPath,
        path: '/v1/leave',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
    try {
      const coded = await leave()
      assert.equal(coded.status, 503)
      assert.deepEqual(coded.body.data, { waitedMs: 5 })
      error = new Error('a bug')
      const bug = await leave()
      assert.equal(bug.status, 500)
      assert.equal(bug.body.code, 'internal')
      assert.doesNotMatch(JSON.stringify(bug.body), /\.ts/)
      assert.ok(fixture.logger.lines.some((line) => line.includes('a bug') && line.includes('.ts')))
    } finally {
      await fixture.stop()
    }
  })
})
