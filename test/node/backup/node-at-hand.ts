/** A node to be backed up, made by hand, and what takes a backup of it in. */
import { createHash } from 'node:crypto'
import type { BackupComponents, BackupInit, Passphrases, RestoreTarget } from '../../../node/backup/index.ts'
import { systemClock } from '../../../node/daemon/system-clock.ts'
import type { StoredConsensus } from '../../../node/ports/storage.ts'
import type { BackupFile } from '../../../protocols/backup/index.ts'
import type { Configuration, ConsensusView } from '../../../protocols/consensus/index.ts'
import type { DecisionView } from '../../../protocols/decisions/index.ts'
import { NODES } from '../../fuzz/authors.ts'

export const [SELF, OTHER] = NODES as [string, string]
export const MESH = '0123456789abcdef'
export const STORE = 'ab'.repeat(16)

/** At the cost of a hash: what a passphrase is made into is not these tests' business. */
export const CHEAP: Passphrases = {
  keyOf: async (passphrase, salt) => createHash('sha256').update(salt).update(passphrase).digest(),
  cost: { n: 2, r: 1, p: 1 },
}

export const FILES: Readonly<Record<BackupFile, string | null>> = {
  'identity.json': '{"privateKey":"AAAA"}\n',
  'mesh.json': '{"mesh":"home"}\n',
  'certificates.json': '{"root":"AAAA"}\n',
  'root-key.json': null,
}

export const CONFIGURATION: Configuration = {
  voters: [SELF, OTHER],
  stores: { [SELF]: STORE, [OTHER]: 'cd'.repeat(16) },
  votersOutgoing: [],
  learners: [],
}

export interface NodeAtHand {
  /** What of the log it has; what a test changes is so from then on. */
  readonly script: {
    appliedIndex: number
    halt: { readonly index: number } | null
    supersededBy: ConsensusView['supersededBy']
    members: readonly string[]
    held: boolean
    proof: number | null
    files: Readonly<Record<BackupFile, string | null>>
    data: Uint8Array
  }
  readonly components: BackupComponents
  readonly init: BackupInit
}

export const nodeAtHand = (
  records: Readonly<Record<string, readonly [string, Uint8Array][]>> = {},
): NodeAtHand => {
  const script: NodeAtHand['script'] = {
    appliedIndex: 7,
    halt: null,
    supersededBy: null,
    members: [SELF, OTHER],
    held: true,
    proof: 7,
    files: FILES,
    data: new Uint8Array(700_000).fill(7),
  }
  const view = {
    get appliedIndex() {
      return script.appliedIndex
    },
    get nodes() {
      return new Map(script.members.map((node) => [node, { name: 'attic' }]))
    },
    objects: new Map([
      ['service/shop/web', { head: 'f'.repeat(64), removed: false }],
      ['service/shop/old', { head: 'e'.repeat(64), removed: true }],
    ]),
    accounts: new Map([['a', {}]]),
    tokens: new Map(),
    issuers: new Map([[SELF, new Uint8Array()]]),
    meshVersion: 2,
  } as unknown as DecisionView
  const components: BackupComponents = {
    clock: systemClock,
    passphrases: CHEAP,
    consensus: {
      view: () =>
        ({ term: 4, generation: null, supersededBy: script.supersededBy }) as unknown as ConsensusView,
      placeAt: (index) => ({ index, term: 3, configuration: CONFIGURATION }),
      readIndex: async () => {
        if (script.proof === null) throw new Error('nobody answers')
        return script.proof
      },
    },
    decisions: {
      view,
      get halt() {
        return script.halt
      },
      snapshot: () => ({ data: script.data }),
    },
    intent: { holds: (revision) => revision.startsWith('f') && script.held },
    store: {
      stamp: { id: STORE, boot: 3 },
      records: (name) => ({
        pages: async function* (prefix = '') {
          yield (records[name] ?? []).filter(([key]) => key.startsWith(prefix))
        },
      }),
    },
    files: async () => script.files,
  }
  const init: BackupInit = {
    self: SELF,
    mesh: { id: MESH, name: 'home' },
    program: '1.2.3',
    format: 2,
    kept: [
      { collection: 'revisions', prefix: '' },
      { collection: 'users', prefix: 'ended/' },
    ],
  }
  return { script, components, init }
}

export interface Kept {
  readonly files: Map<string, string>
  readonly records: Map<string, Uint8Array>
  consensus: StoredConsensus | null
}

/** A target that keeps in memory what it is given. */
export const keepingTarget = (): { readonly kept: Kept; readonly target: RestoreTarget } => {
  const kept: Kept = { files: new Map(), records: new Map(), consensus: null }
  return {
    kept,
    target: {
      writeFile: async (name, text) => void kept.files.set(name, text),
      writeConsensus: async (stored) => {
        kept.consensus = stored
      },
      writeRecords: async (collection, records) => {
        for (const { key, value } of records) kept.records.set(`${collection}/${key}`, value)
      },
    },
  }
}
