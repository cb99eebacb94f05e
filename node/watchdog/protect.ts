import { writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'

/** Of -1,000, which is never; the kernel then ends almost anything else first where memory runs out. */
const OOM_SCORE = '-900'
/** Of -20 to 19. */
const PRIORITY = -10

/** Asks the kernel to let this process live and run when the machine is in need; without root it says no, and that is all. */
export const protectItself = async (): Promise<void> => {
  await writeFile('/proc/self/comm', 'coterie-watchdg').catch(() => {})
  await writeFile('/proc/self/oom_score_adj', OOM_SCORE).catch(() => {})
  try {
    setPriority(PRIORITY)
  } catch {
    // As above.
  }
}
