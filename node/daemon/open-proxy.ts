/** The door for everybody who uses what is published. */
import type { DecisionView } from '../../protocols/decisions/index.ts'
import { type HeldPorts, heldPortsCodec, heldPortsRegister } from '../../protocols/proxy/index.ts'
import { portOwner } from '../network/index.ts'
import { createProxy, type ProxyService } from '../proxy/index.ts'
import type { Ground } from './ground.ts'
import type { Planes } from './planes.ts'

/** What the setting says where ports are answered on every address. */
const EVERY_ADDRESS = '::'

/** Not yet started. */
export const openProxy = (
  { settings, network, clock, logger }: Ground,
  { decisions, intent, membership, observed, isAlive }: Planes,
): ProxyService => {
  const { self } = network.connections
  const { publishAddress } = settings
  const proxy = createProxy(
    {
      logger: logger.child({ part: 'proxy' }),
      clock,
      bulk: network.bulk,
      decisions: decisions.view,
      specOf: (revision) => intent.resolveSpec(revision),
      statusOf: observed.statusOf,
      isAlive,
      rttMs: (node) => membership.member(node)?.rttMs ?? null,
      portOwner,
      onRoutes: (listener) =>
        together(
          decisions.onApplied(({ decision }) => {
            if (decision.type === 'revisionAccepted') listener()
          }),
          decisions.onRestored(listener),
          intent.onChange(({ revisions }) => {
            if (revisions.length > 0) listener()
          }),
        ),
      onTasks: (listener) =>
        together(decisions.onBatch(listener), intent.onChange(listener), membership.onChange(listener)),
    },
    { self, address: publishAddress === EVERY_ADDRESS ? null : publishAddress },
  )
  // What an earlier life told is told anew, once.
  let told: string | null = null
  proxy.onPort(() => {
    const held = proxy
      .ports()
      .flatMap(({ published, protocol, problem, by }): HeldPorts['held'] =>
        problem === null || by !== null ? [] : [{ published, protocol, problem }],
      )
    const text = JSON.stringify(held)
    if (text !== told) intent.setRegister(heldPortsRegister(self), heldPortsCodec.encode({ held }))
    told = text
  })
  return proxy
}

/** A task is waited for where the log no longer names it: another one has its place, or nobody wants it any more. */
export const drainedBy =
  (decisions: Pick<DecisionView, 'tasks'>, proxy: Pick<ProxyService, 'drain'>) =>
  async (task: string): Promise<void> => {
    if (!decisions.tasks.has(task)) await proxy.drain(task)
  }

const together =
  (...unsubscribes: readonly (() => void)[]) =>
  (): void => {
    for (const unsubscribe of unsubscribes) unsubscribe()
  }
