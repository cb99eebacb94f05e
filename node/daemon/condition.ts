import { conditionRegister } from '../../protocols/profile/index.ts'
import type { IntentService } from '../intent/index.ts'
import { type ConditionWatch, createConditionWatch } from '../profile/index.ts'
import type { Ground } from './ground.ts'
import { conditionCodec } from './observed.ts'
import { systemClock } from './system-clock.ts'

/** Tells the members how this machine is doing, so that work goes elsewhere where it strains. */
export const openConditionWatch = (
  { logger, machine, network, settings }: Ground,
  intent: Pick<IntentService, 'setRegister'>,
): ConditionWatch =>
  createConditionWatch(
    {
      clock: systemClock,
      tell: (condition) =>
        intent.setRegister(conditionRegister(network.connections.self), conditionCodec.encode(condition)),
      failed: (error) => logger.warn({ detail: String(error) }, 'this machine does not tell how it is doing'),
    },
    { cpus: machine.cpus, metered: settings.metered },
  )
