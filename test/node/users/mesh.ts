/** Some nodes that follow one log and hear each other's registers, with real stores and real keys; links and majority as a test wants. */
import { join } from 'node:path'
import type { Register } from '../../../crdt/index.ts'
import { privateKeyOf, publicKeyOf } from '../../../node/intent/index.ts'
import { type OpenStore, openStore } from '../../../node/storage/index.ts'
import { createUsers, type Users } from '../../../node/users/index.ts'
import { isLoginOver } from '../../../protocols/credentials/index.ts'
import { createDecisions, type Decision, decisionCodec } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { SUPPORTED } from '../../../protocols/versions/index.ts'
import { createHandClock, type HandClock } from '../../support/hand-clock.ts'
import { newIdentity, type TestIdentity } from '../../support/identities.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

export const MESH = '0123456789abcdef'
/** Some day in November 2026. */
const NOW_MS = 1_795_000_000_000

export interface UserNode {
  readonly id: string
  readonly identity: TestIdentity
  readonly decisions: ReturnType<typeof createDecisions>
  /** Another one after each restart. */
  readonly users: Users
  /** Ends the service and begins another one on the same store. */
  restart(): Promise<void>
}

export interface UserMesh {
  readonly clock: HandClock
  readonly nodes: readonly UserNode[]
  /** Without a majority nothing is decided. */
  hasMajority: boolean
  /** Until when what was heard of the log is being applied. */
  settling: Promise<void>
  decide(decision: Decision): void
  /** From then on that node hears nobody, and nobody hears it; not cut off, it catches up. */
  setCutOff(node: UserNode, isCutOff: boolean): void
  close(): Promise<void>
}

interface Live extends UserNode {
  users: Users
  registers: Map<string, Register>
  listeners: Set<(change: { readonly registers: readonly Register[] }) => void>
  batches: Set<() => void>
  store: OpenStore
  applied: number
  isCutOff: boolean
}

/** The nodes are called `node-0`, `node-1`, ... */
export const createUserMesh = async (count: number): Promise<UserMesh> => {
  const scratch = await scratchDir()
  const clock = createHandClock(NOW_MS)
  const log: Decision[] = []
  const nodes: Live[] = []
  const mesh = { clock, nodes, hasMajority: true, settling: Promise.resolve() }

  const catchUp = (node: Live) => {
    if (node.isCutOff) return
    for (; node.applied < log.length; node.applied++)
      node.decisions.apply(node.applied + 1, log[node.applied] as Decision)
    for (const listener of node.batches) listener()
  }
  const decide = (decision: Decision) => {
    // As it crosses the wire and the disk.
    log.push(decisionCodec.decode(decisionCodec.encode(decision)))
    const trial = createDecisions()
    const outcome = log.map((each, at) => trial.apply(at + 1, each)).at(-1)
    for (const node of nodes) catchUp(node)
    if (outcome?.ok === false) throw new CoterieError('decisionRefused', { reason: outcome.reason })
  }
  const hear = (node: Live, register: Register) => {
    const name = `${register.node}/${register.key}`
    const known = node.registers.get(name)
    if (known !== undefined && known.sequence >= register.sequence) return
    if (node.decisions.view.removedNodes.has(register.node)) return
    if (isLoginOver(node.decisions.view, register.key, clock.wallMs())) return
    node.registers.set(name, register)
    for (const listener of node.listeners) listener({ registers: [register] })
  }
  const spread = () => {
    const connected = nodes.filter(({ isCutOff }) => !isCutOff)
    for (const from of connected)
      for (const register of from.registers.values()) for (const to of connected) hear(to, register)
  }
  let sequence = 0
  const say = (node: Live, key: string, value: Uint8Array) => {
    sequence += 1
    hear(node, { node: node.id, key, value, epoch: 1, sequence, bytes: value })
    if (!node.isCutOff) spread()
  }

  const begin = async (node: Live) => {
    node.listeners.clear()
    node.batches.clear()
    node.users = createUsers(
      {
        decisions: {
          view: node.decisions.view,
          decide: async (decision) => {
            if (!mesh.hasMajority || node.isCutOff) throw new CoterieError('noQuorum', { waitedMs: 0 })
            decide(decision)
            return log.length
          },
          onBatch: (listener) => {
            node.batches.add(listener)
            return () => node.batches.delete(listener)
          },
          settled: () => mesh.settling,
        },
        intent: {
          setRegister: (key, value) => say(node, key, value),
          registers: (prefix) =>
            [...node.registers.values()].filter(
              (each) => each.key.startsWith(prefix) && !node.decisions.view.removedNodes.has(each.node),
            ),
          onChange: (listener) => {
            node.listeners.add(listener)
            return () => node.listeners.delete(listener)
          },
        },
        records: node.store.records('users'),
        clock,
        logger: silentLogger,
        privateKey: privateKeyOf(node.identity.seed),
        publicKeyOf,
      },
      { self: node.id, mesh: MESH },
    )
    await node.users.start()
  }

  for (let at = 0; at < count; at++) {
    const identity = newIdentity()
    const node: Live = {
      id: identity.node,
      identity,
      decisions: createDecisions(),
      users: undefined as never,
      registers: new Map(),
      listeners: new Set(),
      batches: new Set(),
      store: await openStore({ dataDir: join(scratch.path, `node-${at}`), logger: silentLogger }),
      applied: 0,
      isCutOff: false,
      restart: async () => {
        await node.users.stop()
        // What was said lately, and not heard by anybody, a crash may take along.
        for (const [name, { node: by }] of node.registers) if (by === node.id) node.registers.delete(name)
        await begin(node)
      },
    }
    nodes.push(node)
  }
  decide({ type: 'meshFounded', mesh: MESH, name: 'home', atMs: NOW_MS, version: 2 })
  for (const [at, { id }] of nodes.entries())
    decide({
      type: 'nodeAdmitted',
      node: id,
      name: `node-${at}`,
      addresses: [],
      atMs: NOW_MS,
      meshVersions: SUPPORTED,
    })
  for (const node of nodes) await begin(node)

  return Object.assign(mesh, {
    decide,
    setCutOff: (node: UserNode, isCutOff: boolean) => {
      const live = node as Live
      live.isCutOff = isCutOff
      if (isCutOff) return
      catchUp(live)
      spread()
    },
    close: async () => {
      for (const { users, store } of nodes) {
        await users.stop()
        await store.close()
      }
      await scratch.remove()
    },
  })
}
