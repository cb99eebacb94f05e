/** `x-coterie` of a service: what Compose has no word for. */
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import { type Fields, type Read, readFields, SERVICE_KEYS } from '../schema/index.ts'
import { readCommand } from './command.ts'
import { readBoolean } from './text.ts'

const readProcess: Read<ServiceSpec['process']> = (value, where, notes) => {
  const { get } = readFields(value, where, { schema: SERVICE_KEYS, path: 'x-coterie.process.' }, notes)
  const words = get('command', readCommand)
  if (words !== undefined && words.length > 0) return { command: words }
  notes.problem(value.place, where, 'a command is expected')
  return null
}

export const readOwn = ({ get }: Fields): Pick<ServiceSpec, 'process' | 'exclusive'> => ({
  process: get('process', readProcess) ?? null,
  ...(get('exclusive', readBoolean) === true && { exclusive: true }),
})
