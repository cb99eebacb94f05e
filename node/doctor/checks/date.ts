/** Whether the machine's date can be true: a board without a battery begins in 1970, or where it was switched off. */
import { bad, good, type Verdict } from '../verdict.ts'

/** No version of this program is older. */
const EARLIEST_MS = Date.UTC(2026, 10, 1)

export const SET_CLOCK = 'timedatectl set-ntp true'

export const judgeDate = (wallMs: number): Verdict[] => {
  const date = new Date(wallMs)
    .toISOString()
    .replace(/:\d\d\.\d+Z/, ' UTC')
    .replace('T', ' ')
  if (wallMs >= EARLIEST_MS) return [good(`it is ${date} here`)]
  return [
    bad(`it is ${date} here, which cannot be: certificates and tokens are refused`, `Type: ${SET_CLOCK}`),
  ]
}
