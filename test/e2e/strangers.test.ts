/** Who is no member of the mesh, and who is no user of the API, at the doors of running daemons. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { INTENT_TOPIC } from '../../node/intent/spreading.ts'
import type { Network } from '../../node/ports/network.ts'
import { askQuestionCodec, joinRequestCodec, parseToken } from '../../protocols/credentials/index.ts'
import { PROTOCOLS, type ProtocolId } from '../../protocols/wire/index.ts'
import { startNode, stopAll } from '../node/network/nodes.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { makeToken, OTHER_TOKEN } from '../support/join-tokens.ts'
import { allAlive, nodesOf, statusOf } from '../support/mesh-views.ts'

const TIMEOUT = { timeoutMs: 5_000 }
const { join: JOIN, ask: ASK, hello: _, ...MEMBERS_ONLY } = PROTOCOLS

describe('strangers at the doors of a mesh', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  let attic: RunningDaemon

  before(async () => {
    daemons = await createDaemons()
    mesh = await daemons.mesh('attic', 'cellar')
    attic = mesh[0] as RunningDaemon
    await allAlive(mesh, 2)
  })
  after(() => daemons.close())

  describe('a node that is no member', () => {
    let stranger: Network
    beforeEach(async () => {
      stranger = await startNode()
      for (const { ready } of mesh) await stranger.connections.dial(ready.addresses[0] as string, TIMEOUT)
      // It takes them for its own, so that nothing but their gate keeps it out.
      stranger.connections.setMembers(new Set(mesh.map(({ ready }) => ready.node.id)))
    })
    afterEach(stopAll)

    const knock = async (protocol: ProtocolId): Promise<Uint8Array | null> => {
      const { id } = attic.ready.node
      stranger.messages.send(id, protocol, new Uint8Array([1]))
      await assert.rejects(stranger.requests.request(id, protocol, new Uint8Array([1]), TIMEOUT), {
        code: 'peerUnreachable',
      })
      const stream = await stranger.streams.openStream(id, protocol, TIMEOUT)
      return stream.read()
    }

    for (const protocol of Object.values(MEMBERS_ONLY)) {
      it(`gets nothing by ${protocol}`, async () => {
        await assert.rejects(knock(protocol), { code: 'peerUnreachable' })
      })
    }

    it('is told nothing but that its token is of no use here', async () => {
      const asked = (token: Uint8Array) =>
        joinRequestCodec.encode({
          token,
          name: 'mallory',
          addresses: [],
          version: '0.1.0',
          certificate: { https: new Uint8Array(9), hosts: [], signature: new Uint8Array(64) },
        })
      const { id } = attic.ready.node
      const refused = async (token: Uint8Array, code: string) =>
        assert.rejects(stranger.requests.request(id, JOIN, asked(token), TIMEOUT), { code })
      await refused(new Uint8Array(9), 'joinTokenMalformed')
      await refused(parseToken(OTHER_TOKEN).bytes, 'joinTokenOfOtherMesh')
      const { rootHash } = parseToken(await attic.invite()).terms
      await refused(parseToken(await makeToken({ rootHash })).bytes, 'joinTokenForged')
      await assert.rejects(stranger.requests.request(id, JOIN, new Uint8Array([0xff]), TIMEOUT), {
        code: 'malformedMessage',
      })
    })

    it('is told nothing of the mesh that is not open to its LAN', async () => {
      for (const question of [{ type: 'look' }, { type: 'wait', nonce: new Uint8Array(16) }] as const) {
        const asked = askQuestionCodec.encode(question)
        await assert.rejects(stranger.requests.request(attic.ready.node.id, ASK, asked, TIMEOUT), {
          code: 'lanClosed',
        })
      }
    })

    it('hears no gossip of an edit that every member hears, and makes none heard', async () => {
      let overheard = 0
      stranger.topics.subscribe(INTENT_TOPIC, () => (overheard += 1))
      const spec = {
        kind: 'service',
        name: 'web',
        project: 'home',
        image: 'example.invalid/none:1',
        command: null,
        environment: {},
        ports: [],
        replicas: 0,
        restart: 'always',
        process: null,
      }
      await attic.post('/v1/apply', { project: 'home', changes: [{ spec }], remove: [] })
      await eventually('every member knows the service', async () => {
        stranger.topics.publish(INTENT_TOPIC, new Uint8Array([1, 2, 3]))
        const known = await Promise.all(mesh.map((daemon) => daemon.get('/v1/services')))
        return known.every((answer) => (answer as { services: unknown[] }).services.length === 1)
      })
      assert.equal(overheard, 0)
    })

    it('is nobody to the mesh afterwards', async () => {
      assert.deepEqual((await nodesOf(attic)).map(({ name }) => name).sort(), ['attic', 'cellar'])
      await allAlive(mesh, 2)
    })
  })

  describe('a program at the API', () => {
    let token: string
    let port: number
    before(() => {
      token = readFileSync(attic.ready.apiTokenFile as string, 'utf8').trim()
      port = attic.ready.apiPort
    })

    interface Asked {
      readonly method?: string
      readonly path?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
    const ask = async ({ method = 'GET', path = '/v1/status', headers = {}, body }: Asked) => {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const given = { host: '127.0.0.1', port, method, path, headers }
        request(given, resolve).once('error', reject).end(body)
      })
      return { status: response.statusCode, body: JSON.parse(await text(response)) }
    }
    const withToken = (more: Readonly<Record<string, string>> = {}) => ({
      authorization: `Bearer ${token}`,
      ...more,
    })
    const json = () => withToken({ 'content-type': 'application/json' })

    /** A coded error with cause and next step, which neither shows the token nor changes anything. */
    const refused = async (asked: Asked, status: number, code: string) => {
      const before = await statusOf(attic)
      const answer = await ask(asked)
      assert.deepEqual([answer.status, answer.body.code], [status, code])
      assert.ok(answer.body.message.length > 0 && answer.body.next.length > 0)
      assert.ok(!JSON.stringify(answer.body).includes(token))
      const after = await statusOf(attic)
      assert.deepEqual([after.commitIndex, after.members], [before.commitIndex, before.members])
    }

    it('with the token is answered', async () => {
      assert.equal((await ask({ headers: withToken() })).status, 200)
    })

    it('without the token, or with another, is not', async () => {
      await refused({}, 401, 'tokenMissing')
      await refused({ headers: { authorization: 'Bearer x' } }, 401, 'tokenMissing')
      await refused({ method: 'POST', path: '/v1/leave', body: '{}' }, 401, 'tokenMissing')
    })

    it('under a foreign name, or from a foreign page, is not', async () => {
      await refused({ headers: withToken({ host: `evil.example:${port}` }) }, 421, 'hostRefused')
      await refused({ headers: withToken({ origin: 'http://evil.example' }) }, 403, 'originRefused')
    })

    it('with a request that fits no schema is told where it does not', async () => {
      const leave = { method: 'POST', path: '/v1/leave', headers: json() }
      await refused({ ...leave, body: '{"force": true}' }, 400, 'requestInvalid')
      await refused({ ...leave, body: '{' }, 400, 'requestInvalid')
      await refused({ ...leave, body: '"x'.padEnd(2 * 1024 * 1024, 'x') }, 413, 'bodyTooLarge')
      await refused({ path: '/v1/events?since=x', headers: withToken() }, 400, 'requestInvalid')
      await refused({ path: '/v1/nodes%00', headers: withToken() }, 404, 'routeUnknown')
      const apply = { method: 'POST', path: '/v1/apply', headers: json() }
      await refused({ ...apply, body: '{"project":"Évil","changes":[],"remove":[]}' }, 400, 'requestInvalid')
    })
  })
})
