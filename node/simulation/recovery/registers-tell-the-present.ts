import { equals } from 'uint8arrays'
import { taskRegister } from '../../../protocols/spec/index.ts'
import { taskStatusCodec } from '../../daemon/observed.ts'
import { firstOf, type Recovery } from './recovery.ts'

/** What the registers say of the tasks of a node is what its agent knows of them now, and not what a life before said. */
export const REGISTERS_TELL_THE_PRESENT: Recovery = {
  name: 'registers-tell-the-present',
  withinMs: 30_000,
  missing: ({ core }) =>
    firstOf(core, ({ self, name, core: own }) => {
      if (own === null) return `${name} is down`
      const statuses = own.work.agent.statuses()
      return firstOf(own.planes.decisions.view.tasksOn(self), ({ task }) => {
        const status = statuses.get(task)
        if (status === undefined) return `${name} knows nothing of ${task}, which the log gives to it`
        const told = own.planes.intent.register(self, taskRegister(task))
        return told !== null && equals(told.value, taskStatusCodec.encode(status))
          ? null
          : `${name} holds ${task} to be ${status.state}, and says something else`
      })
    }),
}
