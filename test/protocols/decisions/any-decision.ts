/** Decisions as they come, for properties that hold of any log. */
import fc from 'fast-check'
import { type Decision, decisionCodec, taskIdOf } from '../../../protocols/decisions/index.ts'

export const NODES = ['A', 'B', 'C', 'D'].map((letter) => `12D3KooW${letter.repeat(44)}`)
export const OBJECTS = ['service/shop/web', 'service/shop/db', 'volume/shop/data']
export const REVISIONS = Array.from({ length: 12 }, (_, at) => at.toString(16).padStart(64, '0'))

const node = fc.constantFrom(...NODES)
const object = fc.constantFrom(...OBJECTS)
const revision = fc.constantFrom(...REVISIONS)
const hlc = fc.record({ wallMs: fc.nat(9), counter: fc.nat(3) })
const written = fc.record({ author: node, hlc })
const slot = fc.nat(2)
const task = fc.record({ object, slot, index: fc.integer({ min: 1, max: 60 }) })
const taskId = task.map(({ object, slot, index }) => taskIdOf(object, slot, index))
const reason = fc.constantFrom('the only node', 'it has the volume', 'gone')

const number = fc.integer({ min: 1, max: 3 })
const time = fc.nat(9)
const credential = fc.constantFrom(...REVISIONS.slice(0, 3))
const certificate = fc.constantFrom(...[1, 2, 3].map((byte) => Uint8Array.of(byte)))
const replicas = fc.uniqueArray(node, { minLength: 1, maxLength: 3 })

const account = fc.constantFrom('a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32))
const filled = (length: number) => fc.constantFrom(0, 1).map((byte) => new Uint8Array(length).fill(byte))
const grants = fc
  .constantFrom('viewer' as const, 'operator' as const, 'admin' as const)
  .map((role) => [{ organisation: 'home', role }])
const password = fc
  .record({ salt: filled(16), hash: filled(32) })
  .map((said) => ({ logN: 15, r: 8 as const, p: 3, ...said }))
const key = fc.record({ key: filled(32), comment: fc.constantFrom('', 'laptop') })

/** What came with the second mesh version. */
const later: fc.Arbitrary<Decision>[] = [
  fc.record({
    type: fc.constant('tokenCreated' as const),
    token: credential,
    by: node,
    notBeforeMs: time,
    expiresAtMs: time,
    usesMax: number,
    role: fc.constant('full' as const),
    capabilities: fc.constant<string[]>([]),
    cidrs: fc.constant<string[]>([]),
    labels: fc.constant<string[]>([]),
    only: node,
    atMs: time,
  }),
  fc.record({
    type: fc.constant('meshVersionRaised' as const),
    version: number,
    asOf: fc.constantFrom(1, 60),
  }),
  fc
    .record({
      object,
      revision,
      back: fc.option(revision, { nil: null }),
      step: number,
      state: fc.constantFrom(
        'updating' as const,
        'updating' as const,
        'paused' as const,
        'completed' as const,
        'rollback_started' as const,
        'rollback_paused' as const,
        'rollback_completed' as const,
      ),
      changing: fc.uniqueArray(slot, { maxLength: 2 }).map((slots) => slots.sort()),
      isOpened: fc.boolean(),
      failed: fc.uniqueArray(taskId, { maxLength: 1 }),
      done: slot,
      failures: slot,
      atMs: time,
      reason,
    })
    .map(({ isOpened, ...row }) => ({
      type: 'updateProgressed' as const,
      ...row,
      phase: row.changing.length === 0 ? ('resting' as const) : ('watching' as const),
      opened: isOpened ? row.changing.length : 0,
    })),
  fc
    .record({
      object,
      revision,
      order: fc.constantFrom('pause' as const, 'resume' as const, 'rollback' as const),
      to: fc.option(revision, { nil: undefined }),
      atMs: time,
      reason,
    })
    .map(({ to, ...steered }) => ({
      type: 'updateSteered' as const,
      ...steered,
      ...(to === undefined ? {} : { to }),
    })),
  fc.record({
    type: fc.constant('runSettled' as const),
    run: fc.constantFrom('shop.web.1', 'shop.web.2', 'shop.db.1'),
    task: taskId,
    result: fc.constantFrom('succeeded' as const, 'failed' as const),
    exitCode: fc.constantFrom(0, 1, null),
    atMs: time,
  }),
  fc
    .record({
      type: fc.constant('periodArchived' as const),
      project: fc.constantFrom('shop', 'blog'),
      period: time,
      hash: revision,
      records: number,
      bytes: number,
      dropsThrough: fc.option(fc.nat(6), { nil: undefined }),
    })
    .map(({ dropsThrough, ...rest }) => (dropsThrough === undefined ? rest : { ...rest, dropsThrough })),
  fc.record({
    type: fc.constant('accountAdded' as const),
    account,
    name: fc.constantFrom('ada', 'bob'),
    kind: fc.constantFrom('person' as const, 'machine' as const),
    grants,
    password: fc.option(password, { nil: null }),
    keys: fc.array(key, { maxLength: 2 }),
    asOf: fc.constantFrom(0, 60),
  }),
  fc
    .record({
      account,
      grants: fc.option(grants),
      password: fc.option(password, { nil: null }),
      keyAdded: fc.option(key),
    })
    .map(({ account, grants, password, keyAdded }) => ({
      type: 'accountChanged' as const,
      account,
      ...(grants !== null && { grants }),
      ...(password !== null && { password }),
      ...(keyAdded === null ? {} : { keyAdded, keyRemoved: keyAdded.key.map((byte) => 1 - byte) }),
    })),
  fc.record({ type: fc.constant('accountRemoved' as const), account }),
  fc.record({
    type: fc.constant('volumePrimaryNamed' as const),
    volume: object,
    primary: node,
    epoch: number,
  }),
  fc.record({
    type: fc.constant('volumeReplicasSet' as const),
    volume: object,
    replicas,
    replaces: replicas,
    epoch: number,
  }),
  fc.record({ type: fc.constant('scheduleFired' as const), schedule: object, nominalMs: time }),
  fc.record({
    type: fc.constant('credentialRevoked' as const),
    credential,
    expiresAtMs: time,
    reason,
    atMs: time,
  }),
  fc.record({
    type: fc.constant('meshFounded' as const),
    mesh: fc.constant('0123456789abcdef'),
    name: fc.constant('home'),
    atMs: time,
    trust: fc.record({
      root: certificate,
      issuers: fc.tuple(fc.record({ node: fc.constant(NODES[0] as string), certificate })),
    }),
  }),
  fc.record({ type: fc.constant('issuerGranted' as const), node, certificate, atMs: time }),
  fc.record({
    type: fc.constant('issuerRevoked' as const),
    node,
    credential,
    expiresAtMs: time,
    atMs: time,
  }),
]

/** Any decision; most of them fit what came before so seldom that they are refused, which is part of the log too. */
const decision: fc.Arbitrary<Decision> = fc.oneof(
  fc.constant({ type: 'meshFounded' as const, mesh: '0123456789abcdef', name: 'home', atMs: 5 }),
  fc.record({
    type: fc.constant('nodeAdmitted' as const),
    node,
    name: fc.constantFrom('attic', 'cellar'),
    addresses: fc.constantFrom<string[][]>([], ['/ip4/127.0.0.1/tcp/7946']),
    atMs: fc.nat(9),
    meshVersions: fc.record({ least: fc.integer({ min: 1, max: 2 }), most: fc.integer({ min: 2, max: 3 }) }),
    role: fc.constantFrom('full' as const, 'edge' as const),
  }),
  fc.record({
    type: fc.constant('nodeAdmitted' as const),
    node,
    name: fc.constantFrom('attic', 'cellar'),
    addresses: fc.constant<string[]>([]),
    atMs: time,
    meshVersions: fc.record({ least: fc.constant(1), most: fc.constant(3) }),
    token: credential,
  }),
  fc.record({
    type: fc.constant('tokenCreated' as const),
    token: credential,
    by: node,
    notBeforeMs: time,
    expiresAtMs: time,
    usesMax: number,
    role: fc.constantFrom('full' as const, 'edge' as const),
    capabilities: fc.constantFrom<string[][]>([], ['relay']),
    cidrs: fc.constantFrom<string[][]>([], ['192.0.2.0/24']),
    labels: fc.constantFrom<string[][]>([], ['zone=attic']),
    atMs: time,
  }),
  fc.record({ type: fc.constant('tokenRevoked' as const), token: credential, atMs: time }),
  fc.record({ type: fc.constant('nodeDrained' as const), node, draining: fc.boolean() }),
  fc.record({
    type: fc.constant('nodeRemoved' as const),
    node: fc.constantFrom(...NODES.slice(2)),
    atMs: fc.nat(9),
  }),
  fc.record({
    type: fc.constant('nodeRemoved' as const),
    node: fc.constantFrom(...NODES.slice(2)),
    atMs: time,
    revoked: fc.record(
      {
        name: fc.constant('laptop'),
        reason: fc.constant('lost'),
        intermediate: fc.record({ credential, expiresAtMs: time }),
      },
      { requiredKeys: ['name', 'reason'] },
    ),
  }),
  fc.record({
    type: fc.constant('revisionAccepted' as const),
    revision,
    object,
    parents: fc.uniqueArray(revision, { maxLength: 3 }),
    hlc,
    removed: fc.boolean(),
    written,
  }),
  fc.record({
    type: fc.constant('revisionsTrimmed' as const),
    object,
    revisions: fc.array(fc.record({ revision, written }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant('taskAssigned' as const),
    object,
    revision,
    slot,
    node,
    replaces: fc.option(taskId),
    reason,
  }),
  fc.record({ type: fc.constant('taskReleased' as const), task: taskId, reason }),
  ...later,
)
/** As the log gives them. */
const wired = decision.map((each) => decisionCodec.decode(decisionCodec.encode(each)))
export const log = fc.array(wired, { maxLength: 60 })
