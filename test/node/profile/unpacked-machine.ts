/** Machines in text: the files of their kernels, put on a real disk, and what no file tells. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { GraphicsCard, Machine } from '../../../node/ports/machine.ts'
import { createSystemMachine } from '../../../node/profile/system-machine.ts'

const BEGIN = /^== (.+)$/m

/** Writes the files of a `.machine` below `root`. A `\0` in the text is a zero byte, which ends the texts of device trees. */
export const unpackMachine = async (path: string, root: string): Promise<Machine> => {
  const [told = '', ...parts] = (await readFile(path, 'utf8')).split(BEGIN)
  for (let index = 0; index < parts.length; index += 2) {
    const file = join(root, parts[index] as string)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, (parts[index + 1] as string).trim().replaceAll('\\0', '\0'))
  }
  const words = told.split('\n').map((line) => line.split(' '))
  const [, build = '', kernel = ''] = words.find(([first]) => first === 'architecture') ?? []
  const [, storage = ''] = words.find(([first]) => first === 'storage') ?? []
  return {
    ...createSystemMachine({ root }),
    architecture: () => ({ build, kernel }),
    storageBytes: async () => Number(storage),
    graphicsCards: async () => words.filter(([first]) => first === 'card').map(cardOf),
  }
}

/** `card 01:00.0 Name of it 12878610432`, the memory where it has its own. */
const cardOf = ([, busAddress = '', ...rest]: readonly string[]): GraphicsCard => {
  const last = Number(rest.at(-1))
  return last > 2 ** 20
    ? { busAddress, model: rest.slice(0, -1).join(' '), memoryBytes: last }
    : { busAddress, model: rest.join(' '), memoryBytes: null }
}

/** What an `Error` with a code of the system says. */
export const systemError = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code })
