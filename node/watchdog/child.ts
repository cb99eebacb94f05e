/** The daemon below a watchdog. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { CoterieError } from '../../protocols/errors/index.ts'

/** What asks a program to stop, or to do something; none of them is the watchdog's own here. */
const HANDED_ON = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const

/** As shells tell the end by a signal. */
const SIGNALLED = 128

/**
 * Runs the command with this process's input, output, signals and variables, and with those that are given; its exit code.
 * @throws `commandNotFound`
 */
export const runChild = async (
  [command = '', ...args]: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> => {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...variables } })
  const handOn = (signal: NodeJS.Signals) => void child.kill(signal)
  for (const signal of HANDED_ON) process.on(signal, handOn)
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? SIGNALLED + (signal === null ? 0 : constants.signals[signal])
  } catch (error) {
    throw new CoterieError('commandNotFound', { command, detail: (error as Error).message })
  }
}
