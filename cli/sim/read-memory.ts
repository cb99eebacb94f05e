import { CoterieError } from '../../protocols/errors/index.ts'
import { plain } from '../output.ts'
import { readNames } from './read-fault.ts'

const EXAMPLE = '--memory node1=2G'
const SIZE = /^([1-9]\d{0,6})([MG])$/
const MEGABYTES = { M: 1, G: 1024 } as const
/** What a small machine at home has. */
const DEFAULT_MB = 4096

/** The memory of each node in MiB, by `SIZE` for all and `NODE=SIZE`; what is given later counts. @throws `simNumberInvalid`, `simNodeUnknown` */
export const readMemory = (given: readonly string[], nodes: number): number[] => {
  const memory = new Array<number>(nodes).fill(DEFAULT_MB)
  for (const text of given) {
    const typed = { option: `--memory ${plain(text)}`, example: EXAMPLE }
    const equals = text.indexOf('=')
    const megabytes = readSize(text.slice(equals + 1), typed)
    if (equals === -1) memory.fill(megabytes)
    else
      for (const name of readNames(text.slice(0, equals), typed, { nodes }, false))
        memory[Number(name.slice('node'.length)) - 1] = megabytes
  }
  return memory
}

const readSize = (token: string, typed: { readonly option: string; readonly example: string }): number => {
  const [, number, unit] = SIZE.exec(token) ?? []
  if (number === undefined)
    throw new CoterieError('simNumberInvalid', {
      ...typed,
      detail: `"${plain(token)}" is no size; sizes are such as 512M or 2G`,
    })
  return Number(number) * MEGABYTES[unit as 'M' | 'G']
}
