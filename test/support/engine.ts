/**
 * The Docker engine of this machine, for tests: an image made here, since nothing is pulled, and the removal of
 * all that a test left in it. Names are random, so suites may run side by side.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { scratchDir } from './scratch.ts'

const run = promisify(execFile)

/** Of Debian's busybox-static: one file that needs no libraries. */
const BUSYBOX_PATH = '/usr/bin/busybox'
const APPLETS = 'sh cat df echo env grep hostname httpd id kill nc seq sleep trap yes'.split(' ')

export const docker = async (...args: readonly string[]): Promise<string> =>
  (await run('docker', [...args])).stdout.trim()

export interface TestImage {
  readonly name: string
  remove(): Promise<void>
}

/** An image of a few programs: `sh`, `sleep`, `nc`, `httpd` and so on. */
export const createTestImage = async (): Promise<TestImage> => {
  const scratch = await scratchDir()
  const name = `coterie-test/busybox:${randomBytes(4).toString('hex')}`
  try {
    const bin = join(scratch.path, 'root', 'bin')
    await mkdir(bin, { recursive: true })
    await mkdir(join(scratch.path, 'root', 'tmp'))
    await copyFile(BUSYBOX_PATH, join(bin, 'busybox'))
    for (const applet of APPLETS) await symlink('busybox', join(bin, applet))
    const archive = join(scratch.path, 'root.tar')
    await run('tar', ['-C', join(scratch.path, 'root'), '-cf', archive, '.'])
    await docker('import', '--change', 'ENV PATH=/bin', archive, name)
  } finally {
    await scratch.remove()
  }
  return { name, remove: async () => void (await docker('rmi', '--force', name)) }
}

/** Ids of all containers, running or not, that carry the label `name=value`. */
export const containersLabelled = async (label: string): Promise<string[]> => {
  const ids = await docker('ps', '--all', '--quiet', '--filter', `label=${label}`)
  return ids === '' ? [] : ids.split('\n')
}

/** Removes all containers that carry the label, whatever they are doing. */
export const removeContainers = async (label: string): Promise<void> => {
  const ids = await containersLabelled(label)
  if (ids.length > 0) await docker('rm', '--force', '--volumes', ...ids)
}
