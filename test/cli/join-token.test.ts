import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { readToken } from '../../cli/join-token.ts'
import { resolveSettings } from '../../protocols/control/settings/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { scratchDir } from '../support/scratch.ts'

describe('cli: the join token', () => {
  let dir: string
  let remove: () => Promise<void>
  before(async () => {
    const scratch = await scratchDir()
    dir = scratch.path
    remove = scratch.remove
    await writeFile(join(dir, 'token'), 'from-file\n')
    await writeFile(join(dir, 'empty'), '\n')
  })
  after(() => remove())

  interface Given {
    readonly token?: string
    readonly tokenFile?: string
    readonly env?: Record<string, string>
    readonly input?: string
  }

  const read = ({ token, tokenFile, env = {}, input = '' }: Given) =>
    readToken({
      token,
      env,
      stdin: Readable.from([input]),
      settings: resolveSettings(tokenFile === undefined ? {} : { tokenFile }, {
        env,
        home: '/',
        hostname: 'a',
        cwd: dir,
        isRoot: false,
      }),
    })

  it('comes from a file, standard input, the environment or a flag', async () => {
    assert.equal(await read({}), null)
    assert.equal(await read({ tokenFile: 'token' }), 'from-file')
    assert.equal(await read({ tokenFile: '-', input: ' from-input\n' }), 'from-input')
    assert.equal(await read({ env: { COTERIE_TOKEN: 'from-env' } }), 'from-env')
    assert.equal(await read({ env: { COTERIE_TOKEN_FILE: join(dir, 'token') } }), 'from-file')
    assert.equal(await read({ token: 'from-flag' }), 'from-flag')
  })

  it('comes from a flag before the environment', async () => {
    const env = { COTERIE_TOKEN: 'from-env' }
    assert.equal(await read({ token: 'from-flag', env }), 'from-flag')
    assert.equal(await read({ tokenFile: 'token', env }), 'from-file')
  })

  it('is refused when it is given twice, empty or not there', async () => {
    const code = (expected: 'usageWrong' | 'tokenUnreadable') => (error: unknown) =>
      isCoterieError(error, expected)
    await assert.rejects(read({ token: 'x', tokenFile: 'token' }), code('usageWrong'))
    await assert.rejects(read({ tokenFile: 'empty' }), code('tokenUnreadable'))
    await assert.rejects(read({ tokenFile: 'nothing' }), code('tokenUnreadable'))
    await assert.rejects(read({ tokenFile: '-' }), code('tokenUnreadable'))
  })
})
