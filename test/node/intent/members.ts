/** Intent services of several members on real disks, on a network in memory, all ended after each test. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { systemClock } from '../../../node/daemon/system-clock.ts'
import {
  createIntentService,
  createSigning,
  type IntentComponents,
  type IntentInit,
  type IntentService,
} from '../../../node/intent/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import type { Store } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { newIdentity } from '../../support/identities.ts'
import { createMemoryNetwork, type MemoryNetwork } from '../../support/memory-network.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

/** A clock on which a second of waiting takes 50 ms, for what happens rarely. */
export const fastClock: Clock = {
  ...systemClock,
  after: (afterMs, task) => systemClock.after(afterMs / 20, task),
}

export interface Member {
  readonly self: NodeId
  readonly seed: Uint8Array
  readonly dataDir: string
  intent: IntentService
}

export interface Members {
  readonly network: MemoryNetwork
  add(components?: Partial<IntentComponents & IntentInit>): Promise<Member>
  /** Ends the member and begins its next life on the same disk. */
  restart(member: Member): Promise<void>
  stop(member: Member): Promise<void>
  end(): Promise<void>
}

export const createMembers = async (): Promise<Members> => {
  const scratch = await scratchDir()
  const network = createMemoryNetwork()
  const stores = new Map<Member, Store>()
  const given = new Map<NodeId, Partial<IntentComponents & IntentInit>>()

  const open = async (member: Omit<Member, 'intent'>) => {
    const store = await openStore({ dataDir: member.dataDir, logger: silentLogger })
    const intent = createIntentService(
      {
        ...network.join(member.self),
        ...createSigning(member.seed),
        records: store.records,
        clock: systemClock,
        random: Math.random,
        logger: silentLogger,
        forgotten: () => false,
        trimmed: () => false,
        ...given.get(member.self),
      },
      { onFailed: assert.ifError, ...given.get(member.self), self: member.self },
    )
    await intent.start()
    return { store, intent }
  }
  const stop = async (member: Member) => {
    const store = stores.get(member)
    if (store === undefined) return
    stores.delete(member)
    network.leave(member.self)
    await member.intent.stop()
    await store.close()
  }
  return {
    network,
    add: async (components = {}) => {
      const { seed, node: self } = newIdentity()
      const dataDir = join(scratch.path, self)
      given.set(self, components)
      const { store, intent } = await open({ self, seed, dataDir })
      const member = { self, seed, dataDir, intent }
      stores.set(member, store)
      return member
    },
    restart: async (member) => {
      await stop(member)
      const { store, intent } = await open(member)
      member.intent = intent
      stores.set(member, store)
    },
    stop,
    end: async () => {
      for (const member of [...stores.keys()]) await stop(member)
      await scratch.remove()
    },
  }
}

export const serviceSpec = (name: string, image = 'nginx'): ServiceSpec => ({
  kind: 'service',
  name,
  project: 'shop',
  image,
  command: null,
  environment: {},
  ports: [],
  replicas: 1,
  restart: 'always',
  process: null,
})

/** Writes a spec of `service/shop/<name>` on that member. */
export const writeSpec = (member: Member, name: string, image?: string, parents: readonly string[] = []) =>
  member.intent.write({
    object: `service/shop/${name}`,
    body: { type: 'spec', spec: serviceSpec(name, image) },
    parents,
    via: 'cli',
  })

/** All hold the same. */
export const converged = (members: readonly Member[]): Promise<unknown> =>
  eventually('all hold the same', () => new Set(members.map(({ intent }) => intent.digest())).size === 1)
