/** A small disk of its own for one daemon: a tmpfs in a mount namespace that nobody else sees. Needs root. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface SmallDisk {
  /** Put before a command so that it sees the disk. */
  readonly within: readonly string[]
  /** Fills it to its last byte. */
  fill(): Promise<void>
  /** Gives the room back. */
  drain(): Promise<void>
  /** What lies at `path` of the disk, as this process sees it. */
  seen(path: string): string
  close(): Promise<void>
}

const CHUNK = new Uint8Array(4096).fill(0x5a)

/** Mounts a disk of so many MiB at the directory, which exists. */
export const mountSmallDisk = async (directory: string, mebibytes: number): Promise<SmallDisk> => {
  const script = `mount -t tmpfs -o size=${mebibytes}m,mode=0700 tmpfs "$0" && echo mounted && exec sleep infinity`
  const holder: ChildProcess = spawn('unshare', ['--mount', 'sh', '-c', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const refused = once(holder, 'exit').then(() => Promise.reject(new Error('the disk could not be mounted')))
  await Promise.race([once(holder.stdout as NodeJS.ReadableStream, 'data'), refused])
  refused.catch(() => {})
  const seen = (path: string) => join(`/proc/${holder.pid}/root`, directory, path)
  return {
    within: ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'],
    seen,
    fill: async () => {
      try {
        for (;;) await appendFile(seen('filler'), CHUNK)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    drain: () => rm(seen('filler')),
    close: async () => {
      const gone = once(holder, 'exit')
      holder.kill('SIGKILL')
      await gone
    },
  }
}
