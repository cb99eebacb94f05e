import type { Status } from '../../protocols/control/index.ts'
import type { Agent } from '../agent/index.ts'
import type { Runtimes } from './runtimes.ts'
import { systemClock } from './system-clock.ts'

/** Whoever asks for a status does not wait for an engine that hangs. */
const PROBE_MS_MAX = 1_000

/** What `coterie status` tells of the engine: as the agent has it, and where it does not answer, why. */
export const describeEngine = async (
  { engine, images }: Pick<Runtimes, 'engine' | 'images'>,
  agent: Pick<Agent, 'available'>,
): Promise<Status['engine']> => {
  const { own, pinned } = images.counts()
  if (agent.available().includes('docker')) return { answers: true, detail: null, images: own, pinned }
  const late = new Promise<string>((resolve) => {
    systemClock.after(PROBE_MS_MAX, () => resolve(`nothing came within ${PROBE_MS_MAX / 1000} s`))
  })
  const detail = await Promise.race([engine.probe(), late])
  return { answers: false, detail: detail ?? 'it answers again', images: own, pinned }
}
