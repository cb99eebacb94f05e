import { isSameGeneration } from '../../protocols/generations/index.ts'
import type { LeaseAnswer, LeaseAsk } from '../../protocols/leases/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createGranter } from './granter.ts'
import { createHolder } from './holder.ts'
import type { Leases, LeasesComponents } from './types.ts'

/** Both sides of leases on one node, and the way between them: to the leader straight, else through any voter. */
export const createLeases = (components: LeasesComponents): Leases => {
  const { channel, connections, consensus } = components
  const { self } = connections

  /** Who can be asked: the leader first, then the voters; this node itself where it leads. */
  const waysToLeader = (): readonly NodeId[] => {
    const { leader, configuration } = consensus.view()
    if (leader === self) return [self]
    const connected = new Set(connections.connected())
    const known = leader === null ? configuration.voters : [leader, ...configuration.voters]
    return [...new Set(known)].filter((node) => connected.has(node))
  }

  const sendAnswer = (to: NodeId, answer: LeaseAnswer): void => {
    if (to === self) holder.hear(answer)
    else channel.send(to, answer)
  }

  const sendAsk = (ask: LeaseAsk, attempt: number): void => {
    const ways = waysToLeader()
    const to = ways[attempt % ways.length]
    const { generation } = consensus.view()
    const stamped = generation === null ? ask : { ...ask, generation }
    if (to === self) hearAsk(self, stamped)
    else if (to !== undefined) channel.send(to, stamped)
  }

  /** A request goes one step further at most: from its asker to a voter, and from there to the leader. */
  const hearAsk = (from: NodeId, ask: LeaseAsk): void => {
    const { leader, generation } = consensus.view()
    if (granter.grants()) {
      if (isSameGeneration(ask.generation ?? null, generation)) granter.hear(from, ask)
      return
    }
    if (from === ask.asker && leader !== null && leader !== self) channel.send(leader, ask)
  }

  const granter = createGranter(components, sendAnswer)
  const holder = createHolder(components, sendAsk)

  return {
    held: holder,
    granted: granter,
    start: async () => {
      channel.onMessage((from, message) => {
        if (message.type === 'ask') hearAsk(from, message)
        else sendAnswer(message.asker, message)
      })
      granter.start()
    },
    stop: async () => {
      holder.stop()
      granter.stop()
    },
  }
}
