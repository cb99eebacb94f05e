import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { BoundPort } from '../../../protocols/tasks/index.ts'
import type { TaskStart } from '../../ports/runtime.ts'
import { taskEnvironment } from '../task-environment.ts'

const PATH_DEFAULT = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Nothing of the daemon's environment but the path, headed by its own Node, and the language. */
export const processEnvironment = (
  node: string,
  start: TaskStart,
  home: string,
  ports: readonly BoundPort[],
): Record<string, string> & { readonly PATH: string } => {
  const first = ports.find(({ protocol }) => protocol === 'tcp')
  return {
    PATH: [dirname(process.execPath), process.env.PATH ?? PATH_DEFAULT].join(delimiter),
    HOME: home,
    LANG: process.env.LANG ?? 'C.UTF-8',
    ...start.spec.environment,
    ...Object.fromEntries(ports.map(({ target, port }) => [`PORT_${target}`, String(port)])),
    ...(first === undefined ? {} : { PORT: String(first.port) }),
    ...taskEnvironment(node, start),
  }
}

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** The absolute path of a program. @throws `commandNotFound` */
export const findCommand = async (command: string, searchPath: string): Promise<string> => {
  const refuse = (detail: string) => new CoterieError('commandNotFound', { command, detail })
  if (isAbsolute(command)) {
    if (await isExecutable(command)) return command
    throw refuse('there is no such file that this user may execute')
  }
  if (command === '' || command.includes('/'))
    throw refuse('it is neither a name to look up in PATH nor an absolute path')
  for (const directory of searchPath.split(delimiter).filter(isAbsolute)) {
    const path = join(directory, command)
    if (await isExecutable(path)) return path
  }
  throw refuse(`it is in no directory of PATH (${searchPath})`)
}
