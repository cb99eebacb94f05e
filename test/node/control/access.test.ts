/** Who may call what: the OpenAPI document is walked, and every operation called over a real socket as each kind of caller. */
import assert from 'node:assert/strict'
import type { OpenApiDocument, UserRole } from '../../../protocols/control/index.ts'
import { createUserMesh, type UserMesh } from '../users/mesh.ts'
import { newKey, signIn } from '../users/sign-in.ts'
import { ask, type Fixture, startControl } from './fixture.ts'

const ROLES: readonly UserRole[] = ['viewer', 'operator', 'admin']

/** What a client sees of being turned away for who it is; anything else means that it was let in. */
const TURNED_AWAY = new Set(['tokenMissing', 'tokenRefused', 'sessionOver', 'roleMissing'])

interface Operation {
  readonly method: string
  /** With something in place of each parameter. */
  readonly path: string
  readonly access: string
  readonly people: boolean
  readonly hasBody: boolean
}

const operationsOf = ({ paths }: OpenApiDocument): Operation[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([verb, operation]) => ({
      method: verb.toUpperCase(),
      path: path.replace(/\{\w+\}/g, 'x.x'),
      access: operation['x-coterie-access'],
      people: operation['x-coterie-people'],
      hasBody: operation.requestBody !== undefined,
    })),
  )

describe('control: who may call what', function () {
  this.timeout(30_000)
  let mesh: UserMesh
  let fixture: Fixture
  let operations: readonly Operation[]
  const tokens = new Map<string, string>()

  before(async () => {
    mesh = await createUserMesh(1)
    const { users } = mesh.nodes[0] as UserMesh['nodes'][number]
    fixture = await startControl({ users })
    for (const kind of ['person', 'machine'] as const)
      for (const role of ROLES) {
        const key = newKey()
        await users.add({ user: `${kind}-${role}`, kind, role, key: key.line })
        tokens.set(`${kind}-${role}`, (await signIn(users, `${kind}-${role}`, key)).access)
      }
    const { body } = await ask({ socketPath: fixture.socketPath, path: '/v1/openapi.json' })
    operations = operationsOf(body as unknown as OpenApiDocument)
  })
  after(async () => {
    await fixture.stop()
    await mesh.close()
  })

  /** The code of the answer; a body that no schema takes keeps everything as it is where somebody is let in. */
  const call = async ({ method, path, hasBody }: Operation, user: string | null): Promise<unknown> => {
    const token = user === null ? undefined : tokens.get(user)
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(hasBody && { 'content-type': 'application/json' }),
    }
    const suffix = method === 'GET' ? '?nobody=knows' : ''
    const asked = { port: fixture.control.port, method, path: `${path}${suffix}`, headers }
    return (await ask({ ...asked, ...(hasBody && { body: '{"nobody": "knows"}' }) })).body.code
  }
  const isLetIn = async (operation: Operation, user: string | null): Promise<boolean> =>
    !TURNED_AWAY.has(String(await call(operation, user)))

  it('is said of every operation', () => {
    assert.ok(operations.length > 40)
    for (const { method, path, access } of operations)
      assert.ok(['anyone', ...ROLES].includes(access), `${method} ${path}`)
    const open = operations.filter(({ access }) => access === 'anyone')
    assert.deepEqual(open.map(({ path }) => path).sort(), [
      '/health',
      '/ready',
      ...['challenge', 'key', 'password', 'refresh'].map((way) => `/v1/login/${way}`),
    ])
  })

  it('lets what changes something be called by operators and admins alone', () => {
    const own = /^\/v1\/(logout|sessions|login|users\/x\.x\/password)/
    for (const { method, path, access } of operations)
      if (method !== 'GET' && !own.test(path))
        assert.ok(['operator', 'admin'].includes(access), `${method} ${path}`)
  })

  it('is held to for nobody', async () => {
    for (const operation of operations)
      assert.equal(await isLetIn(operation, null), operation.access === 'anyone', operation.path)
  })

  for (const [rank, role] of ROLES.entries()) {
    it(`is held to for a person who is ${role}`, async () => {
      for (const operation of operations) {
        // It ends the session that the other calls are made with.
        if (operation.path === '/v1/logout') continue
        const may = operation.access === 'anyone' || ROLES.indexOf(operation.access as UserRole) <= rank
        const said = `${operation.method} ${operation.path}`
        assert.equal(await isLetIn(operation, `person-${role}`), may, said)
      }
    })

    it(`is held to for a machine that is ${role}`, async () => {
      for (const operation of operations) {
        if (operation.path === '/v1/logout') continue
        const isRanked = operation.access === 'anyone' || ROLES.indexOf(operation.access as UserRole) <= rank
        const said = `${operation.method} ${operation.path}`
        assert.equal(await isLetIn(operation, `machine-${role}`), isRanked && !operation.people, said)
      }
    })
  }

  it('is everything, over the unix socket and with the token of the file', async () => {
    const bearer = { authorization: `Bearer ${await fixture.token()}` }
    for (const door of [
      { socketPath: fixture.socketPath },
      { port: fixture.control.port, headers: bearer },
    ]) {
      const { status, body } = await ask({ ...door, path: '/v1/users' })
      assert.equal(status, 200)
      assert.equal((body.users as unknown[]).length, 6)
    }
  })
})
