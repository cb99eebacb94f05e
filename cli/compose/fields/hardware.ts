import type { Device, Gpus } from '../../../protocols/spec/index.ts'
import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { type Read, readFields, SERVICE_KEYS } from '../schema/index.ts'
import { readList, readTexts } from './lists.ts'
import { integer, readText } from './text.ts'

const GPUS_MAX = 64

const readDevice: Read<Device | null> = (value, where, notes) => {
  if (value.kind !== 'mapping') {
    notes.problem(value.place, where, 'a path of the node is expected, such as /dev/ttyUSB0:/dev/ttyUSB0')
    return null
  }
  const { get } = readFields(value, where, { schema: SERVICE_KEYS, path: 'devices[].' }, notes)
  const [source, target, permissions] = [
    get('source', readText),
    get('target', readText),
    get('permissions', readText),
  ]
  if (source === undefined) {
    notes.problem(value.place, where, 'source is missing: a path of the node')
    return null
  }
  return {
    source,
    target: target ?? source,
    ...(permissions !== undefined && permissions !== 'rwm' && { permissions }),
  }
}

export const readDevices = readList(readDevice)

/** `gpus`, and the devices that `deploy.resources.reservations` names, which are written alike: one entry of graphics cards. */
export const readGpus: Read<Gpus | null> = (value, where, notes) => {
  const entries = readList(readEntry)(value, where, notes)
  if (entries !== null && entries.length > 1)
    notes.problem(value.place, where, 'one entry is expected: the cards of one kind')
  return entries?.[0] ?? null
}

const readCount: Read<number | 'all' | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  return text === 'all' || text === '-1' ? 'all' : integer(1, GPUS_MAX)(value, where, notes)
}

const readEntry = (value: Value, where: string, notes: Notes): Gpus | null => {
  const { get } = readFields(value, where, { schema: SERVICE_KEYS, path: 'gpus[].' }, notes)
  const ids = get('device_ids', readTexts)
  const driver = get('driver', readText)
  const capabilities = get('capabilities', readTexts)?.filter((name) => name !== 'gpu') ?? []
  return {
    count: ids?.length ?? get('count', readCount) ?? 'all',
    ...(ids && { ids }),
    ...(driver !== undefined && { driver }),
    ...(capabilities.length > 0 && { capabilities }),
  }
}
