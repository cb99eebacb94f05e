import { type Healthcheck, RETRIES_MAX } from '../../../protocols/spec/index.ts'
import { type Read, readFields, SERVICE_KEYS, said } from '../schema/index.ts'
import { readDuration } from './amounts.ts'
import { readTexts } from './lists.ts'
import { integer, readBoolean } from './text.ts'

const KINDS = ['NONE', 'CMD', 'CMD-SHELL']

const readTest: Read<string[] | null> = (value, where, notes) => {
  const test = readTexts(value, where, notes)
  if (test === null || KINDS.includes(test[0] as string)) return test
  notes.problem(value.place, where, `the first word of a list is one of ${KINDS.join(', ')}`)
  return null
}

const duration = readDuration(1)

/** `disable: true` says the same as the test `NONE`. */
export const readHealthcheck: Read<Healthcheck | null> = (value, where, notes) => {
  const { get } = readFields(value, where, { schema: SERVICE_KEYS, path: 'healthcheck.' }, notes)
  if (get('disable', readBoolean) === true) return { test: ['NONE'] }
  const check = said({
    test: get('test', readTest),
    intervalMs: get('interval', duration),
    timeoutMs: get('timeout', duration),
    retries: get('retries', integer(1, RETRIES_MAX)),
    startPeriodMs: get('start_period', readDuration(0)) || undefined,
    startIntervalMs: get('start_interval', duration),
  })
  return check ?? null
}
