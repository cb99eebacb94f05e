/** Logging in over a real socket: by password, by key, and by guessing. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Challenge, KeyLogin } from '../../../protocols/control/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import type { UserMesh, UserNode } from '../users/mesh.ts'
import { answerTo, newKey } from '../users/sign-in.ts'
import { ask, type Fixture } from './fixture.ts'
import { type ApiWithUsers, startWithUsers } from './with-users.ts'

const PASSWORD = 'correct horse battery'

describe('control: logging in', function () {
  this.timeout(60_000)
  let api: ApiWithUsers
  let mesh: UserMesh
  let node: UserNode
  let fixture: Fixture
  const key = newKey()

  beforeEach(async () => {
    api = await startWithUsers()
    ;({ mesh, node, fixture } = api)
    await node.users.add({ user: 'ada', kind: 'person', role: 'viewer', password: PASSWORD, key: key.line })
  })
  afterEach(() => api.close())

  const byPassword = (user: string, password: string) => api.post('/v1/login/password', { user, password })
  const challenge = async (user: string) =>
    (await api.post('/v1/login/challenge', { user })).body as unknown as Challenge
  const byKey = (login: KeyLogin) => api.post('/v1/login/key', login)
  const opens = async (access: unknown) => {
    const headers = { authorization: `Bearer ${access}` }
    return (await ask({ port: fixture.control.port, path: '/v1/status', headers })).status
  }

  it('by the password gives tokens that open what the role may', async () => {
    const { status, body } = await byPassword('ada', PASSWORD)
    assert.equal(status, 200)
    assert.equal(await opens(body.access), 200)
    const headers = { authorization: `Bearer ${body.access}` }
    const users = await ask({ port: fixture.control.port, path: '/v1/users', headers })
    assert.deepEqual([users.status, users.body.code], [403, 'roleMissing'])
  })

  it('says the same of an unknown name, a wrong password and an account without one', async () => {
    await node.users.add({ user: 'bob', kind: 'person', role: 'viewer' })
    const answers = []
    for (const [user, password] of [
      ['ada', 'wrong'],
      ['nobody', PASSWORD],
      ['bob', PASSWORD],
    ] as const)
      answers.push(await byPassword(user, password))
    for (const { status, body } of answers) {
      assert.equal(status, 401)
      assert.deepEqual(body, answers[0]?.body)
    }
  })

  it('does the same work for an unknown name, so that nothing is learnt from how long it takes', async () => {
    const workOf = async (user: string) => {
      const before = process.cpuUsage()
      await byPassword(user, 'wrong')
      const { user: spent } = process.cpuUsage(before)
      return spent
    }
    await workOf('warm-up')
    const [known, unknown] = [await workOf('ada'), await workOf('nobody')]
    // Without the derivation it would be a hundredth.
    assert.ok(unknown > known / 3 && known > unknown / 3, `${known} and ${unknown} us`)
  })

  it('stops who guesses passwords, and says until when; the right one counts again then', async () => {
    const codes: unknown[] = []
    for (let guess = 0; guess < 7; guess++) codes.push((await byPassword('ada', `guess ${guess}`)).body.code)
    assert.deepEqual(codes, [...Array(5).fill('loginRefused'), ...Array(2).fill('loginsTooMany')])
    const { status, body, headers } = await byPassword('ada', PASSWORD)
    assert.deepEqual([status, body.code, headers['retry-after']], [429, 'loginsTooMany', '30'])
    mesh.clock.pass((body.data as { retryMs: number }).retryMs)
    assert.equal((await byPassword('ada', PASSWORD)).status, 200)
  })

  it('stops who tries many names, and counts no attempt that succeeded', async () => {
    for (let time = 0; time < 12; time++) {
      const { text, seal } = await challenge('ada')
      assert.equal((await byKey(answerTo('ada', { text, seal }, key))).status, 200)
    }
    const codes: unknown[] = []
    for (let name = 0; name < 22; name++) {
      const user = `name-${name}`
      codes.push((await byKey(answerTo(user, await challenge(user), key))).body.code)
    }
    assert.equal(codes.filter((code) => code === 'loginsTooMany').length, 2)
  })

  it('begins sessions without end for nobody, since all nodes remember each', async () => {
    const login = async () => (await byKey(answerTo('ada', await challenge('ada'), key))).body.code ?? null
    for (let session = 0; session < 60; session++) assert.equal(await login(), null)
    assert.equal(await login(), 'loginsTooMany')
    mesh.clock.pass(60_000)
    assert.equal(await login(), null)
  })

  it('limits nobody over the unix socket, who needs no login', async () => {
    const asked = { method: 'POST', path: '/v1/login/key', socketPath: fixture.socketPath }
    const headers = { 'content-type': 'application/json' }
    for (let guess = 0; guess < 8; guess++) {
      const body = JSON.stringify(answerTo('ada', await challenge('ada'), newKey()))
      assert.equal((await ask({ ...asked, headers, body })).body.code, 'loginRefused')
    }
  })

  it('by a key gives tokens, and a challenge is good once', async () => {
    const login = answerTo('ada', await challenge('ada'), key)
    const { status, body } = await byKey(login)
    assert.equal(status, 200)
    assert.equal(await opens(body.access), 200)
    assert.deepEqual((await byKey(login)).body.code, 'loginRefused')
  })

  it('refuses a key of somebody else, another text, another purpose, another name', async () => {
    const asked = await challenge('ada')
    const other = node.users.challenge('ada', 'socket')
    const elsewhere = (mesh.nodes[1] as UserNode).users.challenge('ada', 'socket')
    const good = answerTo('ada', asked, key)
    const hostile: KeyLogin[] = [
      answerTo('ada', asked, newKey()),
      answerTo('ada', asked, key, 'file'),
      answerTo('ada', elsewhere, key),
      { ...good, user: 'bob' },
      { ...good, text: other.text },
      { ...good, text: asked.text.replace(/until \d+/, 'until 9999999999999') },
      { ...good, seal: other.seal },
    ]
    for (const login of hostile) {
      const { status, body } = await byKey(login)
      assert.deepEqual([status, body.code], [401, 'loginRefused'])
      mesh.clock.pass(6_000)
    }
    mesh.clock.pass(60_000)
    assert.equal((await byKey(answerTo('ada', await challenge('ada'), key))).status, 200)
  })

  it('refuses a challenge that is older than a minute', async () => {
    const login = answerTo('ada', await challenge('ada'), key)
    mesh.clock.pass(61_000)
    assert.equal((await byKey(login)).body.code, 'loginRefused')
  })

  it('refuses what is no signature as malformed', async () => {
    const asked = { user: 'ada', ...(await challenge('ada')) }
    for (const signature of ['', '!', 'AAAA', Buffer.from('SSHSIG').toString('base64')])
      assert.equal((await byKey({ ...asked, signature })).body.code, 'malformedMessage')
  })

  it('names in a challenge where it was asked for, so that no other API can pass it on', async () => {
    const { port } = fixture.control
    assert.match((await challenge('ada')).text, new RegExp(`^at http://127\\.0\\.0\\.1:${port}$`, 'm'))
    const asked = { method: 'POST', path: '/v1/login/challenge', body: '{"user": "ada"}' }
    const headers = { 'content-type': 'application/json', host: `LocalHost:${port}` }
    const { body } = await ask({ ...asked, port, headers })
    assert.match(body.text as string, new RegExp(`^at http://localhost:${port}$`, 'm'))
    const bySocket = await ask({ ...asked, socketPath: fixture.socketPath, headers })
    assert.match(bySocket.body.text as string, /^at socket$/m)
  })

  it('gives a challenge to names that nobody has, which look alike', async () => {
    const [known, unknown] = [await challenge('ada'), await challenge('eve')]
    assert.deepEqual(Object.keys(known), Object.keys(unknown))
    assert.equal(known.text.replace('user ada', 'user eve').length, unknown.text.length)
  })

  it('takes a key that was taken away no more, and ends what was begun by it', async () => {
    const { body } = await byKey(answerTo('ada', await challenge('ada'), key))
    const fingerprint = encodeURIComponent(node.users.list()[0]?.keys[0]?.fingerprint as string)
    const path = `/v1/users/ada/keys/${fingerprint}`
    const removed = await ask({ socketPath: fixture.socketPath, method: 'DELETE', path })
    assert.deepEqual([removed.status, removed.body.keys], [200, []])
    assert.equal(await opens(body.access), 401)
    assert.equal((await byKey(answerTo('ada', await challenge('ada'), key))).body.code, 'loginRefused')
  })

  it('lets a user in by the key while somebody guesses the password', async () => {
    // All that one client may try; on loopback all programs are one.
    await Promise.all(Array.from({ length: 20 }, (_, guess) => byPassword(`name-${guess}`, 'guess')))
    assert.equal((await byPassword('ada', PASSWORD)).status, 429)
    assert.equal((await byKey(answerTo('ada', await challenge('ada'), key))).status, 200)
  })

  it('takes what ssh-keygen signs', async function () {
    if (spawnSync('ssh-keygen', ['-?']).error !== undefined) this.skip()
    const { path, remove } = await scratchDir()
    try {
      const file = join(path, 'id')
      const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'me@here', '-f', file])
      assert.equal(made.status, 0)
      await node.users.addKey('ada', readFileSync(`${file}.pub`, 'utf8'))
      const asked = await challenge('ada')
      writeFileSync(join(path, 'text'), asked.text)
      const sign = ['-Y', 'sign', '-n', 'coterie-login', '-f', file, join(path, 'text')]
      assert.equal(spawnSync('ssh-keygen', sign).status, 0)
      const signature = readFileSync(join(path, 'text.sig'), 'utf8')
      assert.equal((await byKey({ user: 'ada', ...asked, signature })).status, 200)
    } finally {
      await remove()
    }
  })

  it('lets people change their own password by the present one, and nobody that of others', async () => {
    const { body } = await byPassword('ada', PASSWORD)
    await node.users.add({ user: 'bob', kind: 'person', role: 'admin' })
    const change = async (user: string, given: object) =>
      (await api.post(`/v1/users/${user}/password`, given, body.access)).body.code ?? null
    const password = 'a new one of some length'
    assert.equal(await change('bob', { password }), 'roleMissing')
    assert.equal(await change('ada', { password }), 'loginRefused')
    assert.equal(await change('ada', { password, current: 'wrong' }), 'loginRefused')
    assert.equal(await change('ada', { password: 'short', current: PASSWORD }), 'requestInvalid')
    assert.equal(await change('ada', { password, current: PASSWORD }), null)
    assert.equal(await opens(body.access), 401)
    assert.equal((await byPassword('ada', password)).status, 200)
  })

  it('is over for a stream too that was opened before the session ended', async () => {
    const { body } = await byPassword('ada', PASSWORD)
    const { session } = await node.users.admit(body.access as string)
    const headers = { authorization: `Bearer ${body.access}` }
    const path = '/v1/events?follow=true'
    const asked = { host: '127.0.0.1', port: fixture.control.port, path, headers, agent: false }
    const happening = { type: 'leaderChanged', leader: null } as const
    fixture.events.record({ ...happening, term: 1 })
    const [response] = await once(request(asked).end(), 'response')
    const lines = createInterface({ input: response })[Symbol.asyncIterator]()
    const next = async () => JSON.parse((await lines.next()).value as string)
    assert.equal((await next()).term, 1)
    await node.users.end(session, 'logged out')
    fixture.events.record({ ...happening, term: 2 })
    assert.equal((await next()).error.code, 'sessionOver')
    assert.equal((await lines.next()).done, true)
  })

  it('lets people end their own sessions, and an admin those of all', async () => {
    await node.users.add({ user: 'root', kind: 'person', role: 'admin', password: PASSWORD })
    const [ada, root] = [(await byPassword('ada', PASSWORD)).body, (await byPassword('root', PASSWORD)).body]
    const sessions = async (by: unknown) => {
      const headers = { authorization: `Bearer ${by}` }
      const { body } = await ask({ port: fixture.control.port, path: '/v1/sessions', headers })
      return body.sessions as { session: string; user: string; own: boolean }[]
    }
    const end = async (by: unknown, session: string) => {
      const headers = { authorization: `Bearer ${by}` }
      const path = `/v1/sessions/${session}`
      return (await ask({ port: fixture.control.port, method: 'DELETE', path, headers })).status
    }
    assert.deepEqual(
      (await sessions(ada.access)).map(({ user, own }) => [user, own]),
      [['ada', true]],
    )
    const all = await sessions(root.access)
    assert.deepEqual(all.map(({ user }) => user).sort(), ['ada', 'root'])
    const idOf = (user: string) => all.find((each) => each.user === user)?.session as string
    assert.equal(await end(ada.access, idOf('root')), 403)
    assert.equal(await end(root.access, idOf('ada')), 200)
    assert.equal(await opens(ada.access), 401)
    assert.equal(await end(root.access, idOf('root')), 200)
    assert.equal(await opens(root.access), 401)
  })
})
