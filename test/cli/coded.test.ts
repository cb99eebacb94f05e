import assert from 'node:assert/strict'
import { join } from 'node:path'
import { unreachable } from '../../cli/coded.ts'
import { scratchDir } from '../support/scratch.ts'

const errno = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

describe('cli: a daemon that cannot be asked', () => {
  it('is told apart from a path that is no socket, and from a socket of another user', async () => {
    const scratch = await scratchDir()
    try {
      const none = join(scratch.path, 'coterie.sock')
      assert.match(unreachable(errno('ENOENT'), none).message, /there is no such socket/)
      assert.match(unreachable(errno('ECONNREFUSED'), none).message, /nobody listens there any more/)
      assert.match(unreachable(errno('ECONNREFUSED'), scratch.path).message, /that is no socket/)
      assert.match(
        unreachable(errno('EACCES'), none).message,
        /this user may not use the socket .*\. Run the command as root or as the user that runs the daemon/,
      )
    } finally {
      await scratch.remove()
    }
  })
})
