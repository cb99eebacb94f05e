import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The memory of dead buffers is freed beside the program, and is surely gone when the next collections have begun. */
const COLLECTIONS = 3

/** Bytes that this process still holds after garbage collection, buffers included. */
export const retainedBytes = (): number => {
  for (let count = 0; count < COLLECTIONS; count++) collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
