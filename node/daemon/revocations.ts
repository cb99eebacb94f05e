/** How a node takes what it hears of revocations: whom it shuts out, and what it does when it is the one. */
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Revocation } from '../../protocols/revocations/index.ts'
import { isFinal } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { RootSigning } from '../ports/certificates.ts'
import { createRemovals, createRevocations, type Revocations } from '../revocations/index.ts'
import type { Core } from './core.ts'
import type { Ground } from './ground.ts'
import { votes } from './leave-mesh.ts'

/** How long the tasks of a node that was shut out may take to stop. */
const STOP_TASKS_MS = 10_000

/** What it is told of itself. */
const revokedError = ({ statement: { name, reason, atMs } }: Revocation): CoterieError =>
  new CoterieError('nodeRevoked', { name, reason, day: new Date(atMs).toISOString().slice(0, 10) })

/** Read from the disk, and in force for every connection to come. @throws `nodeRevoked` where this node is the one */
export const loadRevocations = async (
  { network, clock, random, logger, store, signing: { hash } }: Ground,
  signing: RootSigning,
): Promise<Revocations> => {
  const { connections, requests } = network
  const revocations = createRevocations({
    clock,
    random,
    logger: logger.child({ part: 'revocations' }),
    records: store.records('revocations'),
    requests,
    connections,
    signing,
    hash,
  })
  await revocations.load()
  const own = revocations.revoked.get(connections.self)
  if (own !== undefined) throw revokedError(own)
  const bar = () => network.bar(new Set(revocations.revoked.keys()))
  revocations.onChange(bar)
  bar()
  return revocations
}

/** What revocations need of the planes, and do to them. Not yet started. */
export const followRevocations = (
  { network, clock, logger }: Ground,
  { planes: { consensus, decisions }, work }: Core,
  { revocations, signing }: { readonly revocations: Revocations; readonly signing: RootSigning },
  /** Ends this daemon. */
  end: (error: Error) => void,
) => {
  const { self } = network.connections
  const removals = createRemovals({
    clock,
    logger: logger.child({ part: 'revocations' }),
    revocations,
    signing,
    decisions,
    leads: () => consensus.view().role === 'leader' && !revocations.has(self),
    votes: (node: NodeId) => votes(consensus.view(), node),
  })
  const isIdle = (): boolean => [...work.agent.statuses().values()].every(isFinal)
  /** What ran here runs elsewhere, or will. */
  const stopTasks = (): Promise<void> =>
    new Promise((resolve) => {
      const settle = (): void => {
        cancel()
        endStatus()
        resolve()
      }
      const cancel = clock.after(STOP_TASKS_MS, settle)
      const endStatus = work.agent.onStatus(() => {
        if (isIdle()) settle()
      })
      work.agent.setDesired([], true)
      if (isIdle()) settle()
    })
  revocations.onChange(() => {
    const own = revocations.revoked.get(self)
    if (own !== undefined) void stopTasks().then(() => end(revokedError(own)))
  })

  return {
    start: async () => {
      revocations.start({
        view: decisions.view,
        onChange: (listener) => {
          const ends = [decisions.onBatch(listener), decisions.onRestored(listener)]
          return () => {
            for (const end of ends) end()
          }
        },
      })
      await removals.start()
    },
    stop: async () => {
      await removals.stop()
      revocations.stop()
    },
  }
}
