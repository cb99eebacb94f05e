import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createClient } from '../../cli/client.ts'
import { loginByKey } from '../../cli/login/key-login.ts'
import { type ApiWithUsers, startWithUsers } from '../node/control/with-users.ts'
import { newKey } from '../node/users/sign-in.ts'
import { scratchDir } from '../support/scratch.ts'

describe('cli: logging in by a key', () => {
  let api: ApiWithUsers
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let keyFile: string
  let relay: Server | null = null

  before(async () => {
    api = await startWithUsers()
    scratch = await scratchDir()
    keyFile = join(scratch.path, 'key.pem')
    const { privateKey, line } = newKey()
    await writeFile(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
    await api.node.users.add({ user: 'ada', kind: 'person', role: 'admin', key: line })
  })
  afterEach(() => {
    relay?.close()
    relay?.closeAllConnections()
  })
  after(async () => {
    await api.close()
    await scratch.remove()
  })

  const loginAt = (port: number) => {
    const url = `http://127.0.0.1:${port}`
    const token = () => Promise.reject(new Error('none is needed'))
    const client = createClient({ place: async () => ({ url, token, authorities: async () => [] }) })
    return loginByKey(client, { url, user: 'ada', keyFile, agentPath: undefined })
  }
  const port = () => api.fixture.control.port

  /** An API that asks another one whatever it is asked, as that one's own client. */
  const startRelay = async (): Promise<number> => {
    relay = createServer(async (asked, answer) => {
      const headers = { 'content-type': 'application/json', host: `127.0.0.1:${port()}` }
      const { method, url: path } = asked
      const passed = request({ host: '127.0.0.1', port: port(), method, path, headers, agent: false })
      passed.end(Buffer.concat(await asked.toArray()))
      const [response] = await once(passed, 'response')
      answer.writeHead(response.statusCode)
      response.pipe(answer)
    }).listen(0, '127.0.0.1')
    await once(relay, 'listening')
    return (relay.address() as AddressInfo).port
  }

  it('gives tokens that are good where it was asked', async () => {
    assert.ok(await api.node.users.admit((await loginAt(port())).access))
  })

  it('signs nothing for an API that passes it on to another one', async () => {
    await assert.rejects(loginAt(await startRelay()), { code: 'loginElsewhere' })
  })
})
