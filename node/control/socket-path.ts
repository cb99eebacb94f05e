/** Whether a path is free for a daemon's socket. */
import { lstat, unlink } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { CoterieError } from '../../protocols/errors/index.ts'
import { PROBE_MS_MAX } from './limits.ts'

/**
 * Removes a socket file that nobody answers on. Two daemons that race for one path are told apart by the lock of
 * their data directory, not here. @throws `socketInUse`, `socketUnusable`
 */
export const claimSocketPath = async (path: string): Promise<void> => {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (found === null) return
  if (!found.isSocket())
    throw new CoterieError('socketUnusable', { path, detail: 'something else is there, which is left alone' })
  if (await answers(path)) throw new CoterieError('socketInUse', { path })
  await unlink(path)
}

/** Only a refused connection proves that the owner is gone; one that neither accepts nor refuses may be busy. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ path })
    const settle = (alive: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(alive)
    }
    const timer = setTimeout(() => settle(true), PROBE_MS_MAX)
    socket.once('connect', () => settle(true))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') return settle(false)
      clearTimeout(timer)
      reject(error)
    })
  })
