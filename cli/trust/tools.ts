/** Tools of the system that keep what programs trust. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Tools {
  has(command: string): boolean
  run(command: string, args: readonly string[]): Promise<Ran>
}

/** Where they are that only root needs, which not everybody's PATH has. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin']

/** For a tool that waits for an answer that nobody gives, such as a password. */
const TOOL_MS_MAX = 60_000

/** Of the machine with that environment. */
export const createTools = (env: Readonly<Record<string, string | undefined>>): Tools => {
  const folders = [...(env.PATH ?? '').split(':'), ...SYSTEM_FOLDERS].filter((folder) => folder !== '')
  const options = { env: { ...env, PATH: folders.join(':'), LC_ALL: 'C' }, timeout: TOOL_MS_MAX }
  return {
    has: (command) => folders.some((folder) => existsSync(join(folder, command))),
    run: (command, args) =>
      new Promise((resolve) => {
        const child = execFile(command, args, options, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
          resolve({ code, stdout, stderr: stderr || (error?.message ?? '') })
        })
        child.stdin?.end()
      }),
  }
}
