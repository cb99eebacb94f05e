import type { Machine, Mesh } from './mesh.ts'
import { CLEAN_LINKS } from './network.ts'
import { between, pick, type Range, shuffle } from './random.ts'

/** Time from one fault to the next, in milliseconds; many last longer, so they overlap. */
const CALM_MS: Range = [100, 2_000]
/** How long links are cut, bad, or a node is paused: from below one heartbeat to many elections. */
const LASTS_MS: Range = [50, 4_000]

/** Does something to the mesh, arranges its end, and says in words what it was. */
type Fault = (mesh: Mesh) => string

const lasts = ({ timeline, random }: Mesh, end: () => void): void => {
  timeline.after(between(random, LASTS_MS), end)
}

const anyMachine = ({ random, machines }: Mesh): Machine => pick(random, machines)

const crash: Fault = (mesh) => {
  const { node } = anyMachine(mesh)
  node.crash()
  return `power of ${node.self} fails`
}

const crashAll: Fault = ({ machines }) => {
  for (const { node } of machines) node.crash()
  return 'power fails everywhere'
}

const crashLeader: Fault = ({ machines }) => {
  const leading = machines.filter(({ consensus }) => consensus.leads())
  for (const { node } of leading) node.crash()
  return `power of whoever leads fails`
}

const pause: Fault = (mesh) => {
  const { node } = anyMachine(mesh)
  node.pause()
  lasts(mesh, node.resume)
  return `${node.self} is paused`
}

const failDisk: Fault = (mesh) => {
  const { node, consensusDisk } = anyMachine(mesh)
  consensusDisk.failNextWrite()
  return `the disk of ${node.self} fails its next write`
}

const split: Fault = (mesh) => {
  const { network, random, ids } = mesh
  const shuffled = shuffle(random, ids)
  const size = 1 + Math.floor(random() * (ids.length - 1))
  const some = shuffled.slice(0, size)
  for (const one of some) {
    for (const other of shuffled.slice(size)) {
      network.cut(one, other)
      network.cut(other, one)
    }
  }
  lasts(mesh, network.mend)
  return `the network splits: ${some.join(', ')} apart`
}

const deafen: Fault = (mesh) => {
  const { network, ids } = mesh
  const { self } = anyMachine(mesh).node
  for (const other of ids) network.cut(other, self)
  lasts(mesh, network.mend)
  return `${self} hears nobody`
}

const mute: Fault = (mesh) => {
  const { network, ids } = mesh
  const { self } = anyMachine(mesh).node
  for (const other of ids) network.cut(self, other)
  lasts(mesh, network.mend)
  return `nobody hears ${self}`
}

const cutOneWay: Fault = (mesh) => {
  const { network, random, ids } = mesh
  const [from, to] = shuffle(random, ids) as [string, string]
  network.cut(from, to)
  lasts(mesh, network.mend)
  return `${to} does not hear ${from}`
}

const worsenLinks: Fault = (mesh) => {
  const { network, random } = mesh
  network.setQuality({
    delayMs: [1, between(random, [5, 400])],
    lossRatio: between(random, [0, 0.3]),
    duplicateRatio: between(random, [0, 0.3]),
  })
  lasts(mesh, () => network.setQuality(CLEAN_LINKS))
  return 'the links are bad'
}

const changeVoters: Fault = ({ random, ids, machines }) => {
  const size = pick(
    random,
    [1, 3, 3, 3, 5].filter((voters) => voters <= ids.length),
  )
  const voters = shuffle(random, ids).slice(0, size)
  for (const { consensus } of machines) if (consensus.leads()) consensus.changeVoters(voters)
  return `whoever leads is asked for the voters ${voters.join(', ')}`
}

const transfer: Fault = (mesh) => {
  const { self } = anyMachine(mesh).node
  for (const { consensus } of mesh.machines) if (consensus.leads()) consensus.transfer(self)
  return `whoever leads is asked to hand over to ${self}`
}

/** The more often one stands here, the more often it happens. */
const FAULTS: readonly Fault[] = [
  crash,
  crash,
  crashLeader,
  crashLeader,
  crashAll,
  pause,
  failDisk,
  split,
  split,
  deafen,
  mute,
  cutOneWay,
  worsenLinks,
  worsenLinks,
  changeVoters,
  changeVoters,
  changeVoters,
  transfer,
]

/** Lets faults happen until the returned function ends it; what is under way then ends in its own time. */
export const startFaults = (mesh: Mesh, onFault: (what: string) => void): (() => void) => {
  const { timeline, random } = mesh
  let cancel: () => void
  const next = (): void => {
    cancel = timeline.after(between(random, CALM_MS), () => {
      onFault(pick(random, FAULTS)(mesh))
      next()
    })
  }
  next()
  return () => cancel()
}
