/** What people do to members. */
import { tellRange } from '../../../protocols/versions/index.ts'
import { between, pick, type Range } from '../random.ts'
import { type Deed, tried } from './deed.ts'

/** How long a node that was drained stays so. */
const DRAINED_MS: Range = [500, 8_000]

export const drain: Deed = ({ timeline, random }, machine, { planes }) => {
  const { decisions } = planes
  const node = pick(random, [...decisions.view.nodes.keys(), machine.self])
  tried(decisions.decide({ type: 'nodeDrained', node, draining: true }))
  const takeBack = (): void => {
    const present = machine.core?.planes.decisions
    // Somebody insists until it is done.
    if (present?.view.nodes.get(node)?.draining === true)
      tried(present.decide({ type: 'nodeDrained', node, draining: false }))
    if (present === undefined || present.view.nodes.get(node)?.draining === true)
      timeline.after(between(random, DRAINED_MS), takeBack)
  }
  timeline.after(between(random, DRAINED_MS), takeBack)
}

/** A leader that votes alone, or beside who is no member any more, is asked for the three oldest members. */
export const grow: Deed = (_mesh, _machine, { planes }) => {
  const { consensus, decisions } = planes
  const { role, configuration } = consensus.view()
  const { voters } = configuration
  const members = [...decisions.view.nodes.keys()]
  const isWhole = voters.length > 1 && voters.every((voter) => members.includes(voter))
  if (role === 'leader' && members.length > 2 && !isWhole) consensus.changeVoters(members.slice(0, 3))
}

/** Somebody tries to bring back an identity that was removed. */
export const readmit: Deed = ({ random }, machine, { planes }) => {
  const { decisions } = planes
  const removed = [...decisions.view.removedNodes]
  if (removed.length === 0) return
  const node = pick(random, removed)
  const addresses = [`/dns4/${node}/tcp/4001`]
  const admitted = {
    type: 'nodeAdmitted',
    node,
    name: 'again',
    addresses,
    atMs: machine.clock.wallMs(),
  } as const
  tried(decisions.decide({ ...admitted, ...tellRange(machine.versions) }))
}
