import type { RehearsalOptions } from '../../../protocols/control/index.ts'
import { serviceKey } from '../../../protocols/spec/index.ts'
import type { Mesh } from '../mesh.ts'
import type { FaultPlayer } from './play-faults.ts'
import type { Recorder } from './recorder.ts'
import { isWorking } from './standing-faults.ts'

/** How often somebody is looked for who can be asked to deploy, where nobody is there. */
const ASK_MS = 100

export interface DeployComponents {
  readonly recorder: Pick<Recorder, 'tell'>
  readonly player: Pick<FaultPlayer, 'standing'>
  fail(error: Error): void
}

/** Writes the services at their time, at the node that is to be asked, or at the first one that works. */
export const deployWhenAsked = (
  { timeline, machines }: Pick<Mesh, 'timeline' | 'machines'>,
  { deploy, services }: Pick<RehearsalOptions, 'deploy' | 'services'>,
  { recorder, player, fail }: DeployComponents,
): void => {
  const ask = (): void => {
    const working = machines.filter(({ name, core }) => core !== null && isWorking(player.standing(), name))
    const asked = working.find(({ name }) => name === deploy.node) ?? working[0]
    const intent = asked?.core?.planes.intent
    if (asked === undefined || intent === undefined) {
      timeline.after(ASK_MS, ask)
      return
    }
    recorder.tell({ type: 'written', node: asked.name })
    for (const spec of services) {
      const object = serviceKey(spec.project, spec.name)
      intent.write({ object, body: { type: 'spec', spec }, parents: [], via: 'cli' }).catch(fail)
    }
  }
  timeline.after(deploy.atMs, ask)
}
