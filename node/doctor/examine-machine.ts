import type { Finding } from '../../protocols/control/index.ts'
import { errorBody, isCoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Examined } from './examined.ts'
import { MACHINE_CHECKS, type MachineCheck } from './machine-checks.ts'
import { bad, type Verdict } from './verdict.ts'

/** A disk, an engine or a name server that hangs must not keep the others from being told of. */
const CHECK_MS_MAX = 5_000

/** All that can be said of a machine by itself. */
export const examineMachine = async (examined: Examined): Promise<Finding[]> => {
  const found = await Promise.all(MACHINE_CHECKS.map((check) => examine(check, examined)))
  return found.flat()
}

const examine = async ({ id, examine }: MachineCheck, examined: Examined): Promise<Finding[]> => {
  const verdicts = await inTime(examined.clock, examine(examined)).catch(unlooked)
  return verdicts.map((verdict) => ({ id, about: null, ...verdict }))
}

const unlooked = (error: unknown): Verdict[] => {
  if (isCoterieError(error)) {
    const { message, next } = errorBody(error)
    return [bad(message, next)]
  }
  return [
    bad(
      `this could not be looked at: ${(error as Error).message}`,
      'Look at the log of the system: dmesg, journalctl',
    ),
  ]
}

const inTime = async (
  clock: Pick<Clock, 'after'>,
  verdicts: Promise<readonly Verdict[]>,
): Promise<readonly Verdict[]> => {
  const late = Promise.withResolvers<never>()
  const cancel = clock.after(CHECK_MS_MAX, () =>
    late.reject(new Error(`it did not end within ${CHECK_MS_MAX / 1000} s`)),
  )
  return Promise.race([verdicts, late.promise]).finally(cancel)
}
