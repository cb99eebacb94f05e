import { decode as cborDecode } from 'cborg'
import { Compile } from 'typebox/compile'
import type { Random } from '../../../node/ports/clock.ts'
import { chance, createRandom, pick } from '../../../node/simulation/random.ts'
import {
  createDecisions,
  type Decision,
  DecisionSchema,
  decisionCodec,
  HISTORY_LENGTH_MAX,
  restoreDecisions,
  snapshotDecisions,
  TaskIdSchema,
  VOLUME_REPLICAS_MAX,
} from '../../../protocols/decisions/index.ts'
import { MEMBERS_MAX } from '../../../protocols/wire/index.ts'
import { NODE_PATTERN, NODES } from '../authors.ts'
import { assertRoundTrip, type FrameSource, frameFrom, sourceOf } from '../frames.ts'
import { valueFor } from '../schema-values.ts'
import { breach, type Subject, type Target, unbroken } from '../target.ts'
import { type Tree, treeOf, writeTree } from '../tree.ts'
import { fitting } from './fitting-decision.ts'

const OBJECTS = [
  'service/shop/web',
  'service/shop/db',
  'service/blog/web',
  'service/shop',
  'service/shop/web/more',
  `a/${'b'.repeat(98)}/${'c'.repeat(98)}`,
  `service/${'p'.repeat(63)}/${'s'.repeat(63)}`,
]
const REVISIONS = ['a', 'b', 'c', 'd', 'e', 'f'].map((digit) => digit.repeat(64))

const taskId = Compile(TaskIdSchema)

/** What two nodes that applied the same must hold alike. */
const viewText = ({ view }: ReturnType<typeof createDecisions>): string =>
  JSON.stringify([
    view.mesh,
    [...view.nodes.values()],
    [...view.removedNodes],
    [...view.objects.values()],
    [...view.tasks.values()],
    Buffer.from(snapshotDecisions(view)).toString('hex'),
  ])

type Machine = ReturnType<typeof createDecisions>

const judgeTables = ({ volumes, tokens, tokensAsOfMs }: Machine['view']): void => {
  for (const { volume, primary, replicas } of volumes.values()) {
    if (!replicas.includes(primary)) breach(`the primary of ${volume} holds no replica`)
    if (replicas.length > VOLUME_REPLICAS_MAX) breach(`${volume} has ${replicas.length} replicas`)
  }
  for (const { token, expiresAtMs, usesMax, nodes } of tokens.values()) {
    if (expiresAtMs <= tokensAsOfMs) breach(`the token ${token} has expired`)
    if (nodes.length > usesMax) breach(`the token ${token} admitted ${nodes.length}`)
  }
}

const judge = ({ view }: Machine): void => {
  const names = [...view.nodes.values()].map(({ name }) => name)
  if (new Set(names).size < names.length) breach('two nodes have one name')
  if (view.nodes.size > MEMBERS_MAX) breach(`${view.nodes.size} members`)
  for (const { history, head, object } of view.objects.values()) {
    if (history.length > HISTORY_LENGTH_MAX || !history.includes(head))
      breach(`the history of ${object} is ${history}`)
  }
  const places = new Set<string>()
  for (const { task, object, slot } of view.tasks.values()) {
    if (!taskId.Check(task)) breach(`${task} is no task id`)
    if (places.has(`${object}#${slot}`)) breach(`slot ${slot} of ${object} is held twice`)
    places.add(`${object}#${slot}`)
  }
  const byNode = NODES.flatMap((node) => [...view.tasksOn(node)])
  const byObject = [...view.objects.keys()].flatMap((object) => [...view.tasksOf(object)])
  judgeTables(view)
  if (byObject.length !== view.tasks.size || byNode.length > view.tasks.size) breach('the tables disagree')
}

/** Decisions that mean something here and now, most of the time: of known nodes, objects, revisions and tasks. */
const sourceFor = (machine: Machine): FrameSource => {
  const valid = (random: Random) => {
    const tasks = [...machine.view.tasks.keys(), 'shop.web.0.1']
    const words = new Map([
      [NODE_PATTERN, NODES],
      ['^[a-z]+(/[a-z0-9-]+){1,3}$', OBJECTS],
      ['^[0-9a-f]{64}$', REVISIONS],
      ['^[a-z0-9-]+(\\.[a-z0-9-]+){3}$', tasks],
    ])
    const decision = valueFor(random, DecisionSchema, words) as Decision
    return treeOf(chance(random, 0.2) ? decision : fitting(random, machine.view, decision))
  }
  return { ...sourceOf(DecisionSchema), valid }
}

/** A mesh of four with every object accepted, before anybody is hostile. */
const SETTLED: readonly Decision[] = [
  { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 0 },
  ...NODES.slice(0, 4).map(
    (node): Decision => ({ type: 'nodeAdmitted', node, name: 'a', addresses: [], atMs: 0 }),
  ),
  ...OBJECTS.map(
    (object, at): Decision => ({
      type: 'revisionAccepted',
      revision: REVISIONS[at % REVISIONS.length] as string,
      object,
      parents: [],
      hlc: { wallMs: at, counter: 0 },
      removed: false,
    }),
  ),
]

const open = (): Subject => {
  const [one, another] = [createDecisions(), createDecisions()]
  const source = sourceFor(one)
  let index = 0
  for (const decision of SETTLED) {
    index++
    for (const machine of [one, another]) machine.apply(index, decision)
  }
  return {
    make: (random) => frameFrom(random, source),
    take: (frame) => {
      const decision = decisionCodec.decode(frame)
      assertRoundTrip(decisionCodec, decision)
      index++
      const outcome = unbroken('applying', () => one.apply(index, decision))
      const again = another.apply(index, decisionCodec.decode(frame))
      if (JSON.stringify(outcome) !== JSON.stringify(again)) breach('two nodes judge one decision unlike')
      judge(one)
      if (viewText(one) !== viewText(another)) breach('two nodes that applied the same differ')
    },
    fingerprint: () => `${index} ${one.view.appliedIndex}`,
  }
}

export const decisionsTarget: Target = { name: 'decision', codes: ['malformedMessage'], open }

const treeOfSnapshot = (bytes: Uint8Array): Tree => treeOf(cborDecode(bytes))

/** Views of a mesh in which something happened, as snapshots. */
const SNAPSHOTS: readonly Uint8Array[] = Array.from({ length: 8 }, (_, seed) => {
  const machine = createDecisions()
  const random = createRandom(seed)
  let index = 0
  for (const decision of SETTLED) machine.apply(++index, decision)
  for (let more = 0; more < 12; more++) {
    const tree = sourceFor(machine).valid(random)
    machine.apply(++index, decisionCodec.decode(writeTree(tree)))
  }
  return snapshotDecisions(machine.view)
})

/** What stands for the log, from whoever sent it, put in place of what a node had applied. */
export const decisionsSnapshotTarget: Target = {
  name: 'decisions-snapshot',
  codes: ['malformedMessage'],
  open: () => {
    const machine = createDecisions()
    const source: FrameSource = {
      bounds: [16, 63, 64, 128, 200, 500],
      valid: (random) => treeOfSnapshot(pick(random, SNAPSHOTS)),
    }
    return {
      make: (random) => frameFrom(random, source),
      take: (frame) => {
        const restored = restoreDecisions(frame)
        unbroken('taking it over', () => machine.restore(restored))
        judge(machine)
        const again = unbroken('writing it again', () => snapshotDecisions(machine.view))
        const other = createDecisions()
        unbroken('reading it again', () => other.restore(restoreDecisions(again)))
        if (Buffer.compare(snapshotDecisions(other.view), again) !== 0)
          breach('written and read again, it is another state')
      },
      fingerprint: () => {
        const { appliedIndex, nodes, removedNodes, objects, tasks, mesh } = machine.view
        return `${appliedIndex} ${nodes.size} ${removedNodes.size} ${objects.size} ${tasks.size} ${mesh?.mesh}`
      },
    }
  },
}
