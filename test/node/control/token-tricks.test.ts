/** LoginTokens of somebody who has none, or not that one, over a real socket. */
import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { privateKeyOf } from '../../../node/intent/index.ts'
import type { LoginTokens } from '../../../protocols/control/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { createUserMesh, type UserMesh, type UserNode } from '../users/mesh.ts'
import { newKey, signIn } from '../users/sign-in.ts'
import { ask, type Fixture } from './fixture.ts'
import { type ApiWithUsers, startWithUsers } from './with-users.ts'

type Part = Record<string, unknown>

const encode = (part: Part): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const partOf = (token: string, at: number): Part =>
  JSON.parse(Buffer.from(token.split('.')[at] as string, 'base64url').toString())

describe('control: tokens that are tricks', function () {
  this.timeout(30_000)
  let api: ApiWithUsers
  let mesh: UserMesh
  let node: UserNode
  let fixture: Fixture
  let good: LoginTokens
  const key = newKey()

  before(async () => {
    api = await startWithUsers()
    ;({ mesh, node, fixture } = api)
    await node.users.add({ user: 'ada', kind: 'person', role: 'admin', key: key.line })
  })
  beforeEach(async () => {
    good = await signIn(node.users, 'ada', key)
  })
  after(() => api.close())

  const answer = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const { status, body } = await ask({ port: fixture.control.port, path: '/v1/users', headers })
    return { status, code: body.code, next: body.next }
  }
  const refused = async (token: string, code = 'tokenRefused') => {
    const { status, code: said, next } = await answer(token)
    assert.deepEqual([status, said], [401, code])
    assert.ok(String(next).length > 0)
  }
  /** The good one with other parts, signed by this node, as if it had been tricked into that. */
  const forged = (claims: Part, header: Part = {}, seed = node.identity.seed): string => {
    const head = encode({ ...partOf(good.access, 0), ...header })
    const text = `${head}.${encode({ ...partOf(good.access, 1), ...claims })}`
    return `${text}.${sign(null, Buffer.from(text), privateKeyOf(seed)).toString('base64url')}`
  }
  const nowS = () => Math.floor(mesh.clock.wallMs() / 1000)

  it('are told from good ones, which are let in', async () => {
    assert.equal((await answer(good.access)).status, 200)
    assert.equal((await answer(forged({}))).status, 200)
  })

  it('with no algorithm are refused, signed or not', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      const text = `${encode({ ...partOf(good.access, 0), alg })}.${good.access.split('.')[1]}`
      await refused(`${text}.`)
      await refused(`${text}.${good.access.split('.')[2]}`)
    }
  })

  it('signed by HMAC with the public key as the secret are refused', async () => {
    const publicKey = createPublicKey(privateKeyOf(node.identity.seed))
    const secrets = [
      publicKey.export({ format: 'pem', type: 'spki' }),
      publicKey.export({ format: 'der', type: 'spki' }),
      publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
    ]
    for (const secret of secrets)
      for (const alg of ['HS256', 'EdDSA']) {
        const text = `${encode({ ...partOf(good.access, 0), alg })}.${good.access.split('.')[1]}`
        await refused(`${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`)
      }
  })

  it('of another algorithm are refused, also with a key of its own kind', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const text = `${encode({ ...partOf(good.access, 0), alg: 'ES256' })}.${good.access.split('.')[1]}`
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    await refused(`${text}.${signature.toString('base64url')}`)
  })

  it('of a node that is no member are refused, whatever it calls itself', async () => {
    const stranger = newIdentity()
    await refused(forged({}, { kid: stranger.node }, stranger.seed))
    await refused(forged({}, {}, stranger.seed))
    await refused(forged({}, { kid: '../../keys' }))
    await refused(forged({}, { kid: 'a'.repeat(52) }))
  })

  it('of a member that was removed are refused from then on', async () => {
    const fresh = await createUserMesh(2)
    const [stays, leaves] = fresh.nodes as [UserNode, UserNode]
    await stays.users.add({ user: 'ada', kind: 'person', role: 'admin', key: key.line })
    const { access } = await signIn(leaves.users, 'ada', key)
    assert.ok(await stays.users.admit(access))
    fresh.decide({ type: 'nodeRemoved', node: leaves.id, atMs: 1 })
    await assert.rejects(stays.users.admit(access), { code: 'tokenRefused' })
    await fresh.close()
  })

  it('that say where their key is to be had, or bring it, are refused unread', async () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const places = ['jku', 'x5u'].map((name) => ({ [name]: 'http://127.0.0.1:1/keys.json' }))
    for (const header of [
      ...places,
      { jwk: publicKey.export({ format: 'jwk' }) },
      { x5c: ['MIIB'] },
      { crit: ['exp'], exp: 1 },
      { crit: ['b64'], b64: false },
      { cty: 'JWT' },
    ])
      await refused(forged({}, header))
  })

  it('for another audience are refused', async () => {
    for (const aud of ['coterie-machine', 'coterie-refresh', 'somebody-else', ['coterie-user', 'x'], null])
      await refused(forged({ aud }))
    await refused(forged({ iss: 'fedcba9876543210' }))
  })

  it('of another type are refused: a refresh token opens no door, an access token refreshes nothing', async () => {
    await refused(good.refresh)
    const { body } = await api.post('/v1/login/refresh', { refresh: good.access })
    assert.equal(body.code, 'tokenRefused')
  })

  it('that have expired are refused, and so are those of the future', async () => {
    await refused(forged({ iat: nowS() - 1_000, nbf: nowS() - 1_000, exp: nowS() - 160 }))
    await refused(forged({ iat: nowS() + 600, nbf: nowS() + 600, exp: nowS() + 1_200 }))
    await refused(forged({ nbf: nowS() + 60, exp: nowS() + 600 }))
  })

  it('that are good for longer than any node may give are refused', async () => {
    await refused(forged({ exp: nowS() + 86_400 }))
    await refused(forged({ iat: 0, nbf: 0, exp: nowS() + 60 }))
    for (const exp of [undefined, null, 'tomorrow', 9e15, -1]) await refused(forged({ exp }))
  })

  it('with claims of another form are refused', async () => {
    for (const claims of [{ sub: 'ada' }, { sid: 'x' }, { epoch: 0 }, { epoch: '1' }, { iat: 1.5 }])
      await refused(forged(claims))
  })

  it('are refused when the session was ended, however often they are shown', async () => {
    const headers = { authorization: `Bearer ${good.access}` }
    const { port } = fixture.control
    const { body } = await ask({ port, method: 'POST', path: '/v1/logout', headers })
    assert.equal(typeof body.ended, 'string')
    for (let time = 0; time < 3; time++) await refused(good.access, 'sessionOver')
  })

  it('end their session when a refresh token is shown a second time', async () => {
    const again = () => api.post('/v1/login/refresh', { refresh: good.refresh })
    const first = await again()
    assert.equal(first.status, 200)
    assert.equal((await again()).body.code, 'sessionOver')
    await refused(first.body.access as string, 'sessionOver')
    await refused(good.access, 'sessionOver')
  })

  it('are refused where they are no token at all', async () => {
    for (const token of ['a.b.c', '..', 'a.b.', `${good.access}x`, `${good.access}.x`, 'x'.repeat(4_000)]) {
      const { status } = await answer(token)
      assert.equal(status, 401, token.slice(0, 20))
    }
    await refused(`${'e30'.repeat(1_000)}.e30.`)
  })
})
