/**
 * Stories about consensus. `# ` tells, `> ` does, and the indented lines below say what happened:
 *
 *     > start A B C         three voters that know each other, started in this order
 *     > mesh A B C          the same, and A has been elected already
 *     > found A             a machine that founds a mesh alone
 *     > join B C            machines without any log
 *     > fire A election     a timer fires, early or not
 *     > pass 700            that many milliseconds, with all that they cause
 *     > deliver             everything that is on its way, in no time
 *     > deliver A 4         the same, but only until A has committed 4
 *     > arrive 2            only the two oldest messages on their way
 *     > propose A x         `x` as proposal 1, 2, ... of the story
 *     > voters A: A B C     asks A for these voters
 *     > compact A at 5 into 600000, keep 1
 *                           a snapshot of that many bytes for the log up to 5; one entry before it stays
 *     > stores named        machines that enter from here on have stores a1, b1, ...
 *     > blank C, copy C     C, which is down, gets its next store: with nothing on it, or with what it had
 *     > adopt D             D, which votes alone, goes on with the store that it has
 *     > recover A as 2      A goes on alone in generation 2
 *     > supersede B by 2    B hears of generation 2
 *     > adopt B as 2 from A B takes over the snapshot of A, in generation 2
 *     > edges C             C leads only as a last resort; everybody knows, also who starts later
 *     > slow C 2000         from here on, each write of C takes that long, and all that it hears waits
 *     > transfer A to B, read A, followed B from A, cut A, heal A, crash A, restart A, show
 *     > messages on         from here on, messages and writes are told too; `off` ends that
 *
 * Idea: etcd raft's `testdata` and `interaction_test.go`.
 */
import {
  type ConsensusState,
  committedEntries,
  configurationCodec,
  type LogEntry,
  type LogPoint,
  snapshotBefore,
} from '../../../protocols/consensus/index.ts'
import type { Generation } from '../../../protocols/generations/index.ts'
import { type Commands, playStory } from '../../support/stories.ts'
import { nodeNamed, Stage } from './stage.ts'
import { noticeText, persistText, sendText, stateText } from './wording.ts'

const ALL_ENTRIES = { entriesMax: Number.MAX_SAFE_INTEGER, bytesMax: Number.MAX_SAFE_INTEGER }

const endOf = ({ log }: ConsensusState): LogPoint => ({ index: log.lastIndex, term: log.lastTerm })

const generationNumbered = (number = ''): Generation => ({
  number: Number(number),
  id: number.padStart(32, '0'),
})

const configurationEntry = (names: readonly string[]): LogEntry => ({
  index: 1,
  term: 1,
  kind: 'configuration',
  data: configurationCodec.encode({ voters: names.map(nodeNamed), votersOutgoing: [], learners: [] }),
})

/** Plays a story again and returns it with what happened this time; equal to the given text if nothing changed. */
export const replay = (story: string): string => {
  const told: string[] = []
  let areMessagesTold = false
  let proposals = 0
  let reads = 0
  const stage = new Stage({
    onPersist: (node, persist) => areMessagesTold && told.push(persistText(node, persist)),
    onSend: (from, send, isLost) => areMessagesTold && told.push(sendText(from, send, isLost)),
    onNotice: (node, notice) => told.push(noticeText(node, notice)),
  })

  const followed = (to: string, from: string): void => {
    const source = stage.stateOf(nodeNamed(from))
    const nextIndex = (): number => stage.stateOf(nodeNamed(to)).commitIndex + 1
    const snapshot = snapshotBefore(source, nextIndex())
    if (snapshot !== null) stage.give(nodeNamed(to), { type: 'followedSnapshot', snapshot })
    const entries = committedEntries(source, nextIndex(), ALL_ENTRIES)
    stage.give(nodeNamed(to), { type: 'followed', entries, commitIndex: source.commitIndex })
  }

  const propose = (node: string, text: string): void => {
    proposals += 1
    const proposal = { proposalId: proposals, data: new TextEncoder().encode(text) }
    stage.give(nodeNamed(node), { type: 'propose', proposals: [proposal] })
  }

  const read = (node: string): void => {
    reads += 1
    stage.give(nodeNamed(node), { type: 'read', readId: reads })
  }

  const start = (...names: readonly string[]): void => {
    const hardState = { term: 1, votedFor: null, commitIndex: 1 }
    for (const name of names)
      stage.enter(nodeNamed(name), { hardState, entries: [configurationEntry(names)] })
  }

  const commands: Commands = {
    start,
    mesh: (first = '', ...others) => {
      start(first, ...others)
      stage.fire(nodeNamed(first), 'election')
      stage.deliver()
      told.length = 0
    },
    found: (name = '') => stage.found(nodeNamed(name)),
    join: (...names) => {
      for (const name of names) stage.enter(nodeNamed(name))
    },
    fire: (name = '', timer) => stage.fire(nodeNamed(name), timer as 'election' | 'heartbeat'),
    pass: (durationMs) => stage.pass(Number(durationMs)),
    deliver: (name, index) => {
      const isEnough = (): boolean =>
        name !== undefined && stage.stateOf(nodeNamed(name)).commitIndex >= Number(index)
      stage.deliver(isEnough)
    },
    arrive: (count) => {
      for (let left = Number(count); left > 0; left--) stage.deliverNext()
    },
    compact: (name = '', _at, index, _into, bytes, _keep, keepEntries) =>
      stage.give(nodeNamed(name), {
        type: 'compact',
        index: Number(index),
        data: new Uint8Array(Number.parseInt(bytes ?? '', 10)),
        keepEntries: Number(keepEntries),
      }),
    propose: (name = '', text = '') => propose(name, text),
    voters: (name = '', ...voters) =>
      stage.give(nodeNamed(name.replace(':', '')), { type: 'changeVoters', voters: voters.map(nodeNamed) }),
    adopt: (name = '', _as, number, _from, from) => {
      const snapshot = from === undefined ? null : stage.stateOf(nodeNamed(from)).snapshot
      stage.give(
        nodeNamed(name),
        snapshot === null
          ? { type: 'adoptStore' }
          : { type: 'adopt', generation: generationNumbered(number), snapshot },
      )
    },
    recover: (name = '', _as, number) =>
      stage.give(nodeNamed(name), {
        type: 'recover',
        generation: generationNumbered(number),
        from: endOf(stage.stateOf(nodeNamed(name))),
        data: new TextEncoder().encode(`generation ${number} began`),
      }),
    supersede: (name = '', _by, number) =>
      stage.give(nodeNamed(name), { type: 'supersede', by: generationNumbered(number) }),
    edges: (...names) => stage.setEdges(names.map(nodeNamed)),
    transfer: (name = '', _to, to = '') =>
      stage.give(nodeNamed(name), { type: 'transferLeadership', to: nodeNamed(to) }),
    read: (name = '') => read(name),
    followed: (to = '', _from, from = '') => followed(to, from),
    cut: (name = '') => stage.cut(nodeNamed(name)),
    heal: (name = '') => stage.heal(nodeNamed(name)),
    crash: (name = '') => stage.crash(nodeNamed(name)),
    restart: (name = '') => stage.restart(nodeNamed(name)),
    slow: (name = '', syncMs) => stage.slow(nodeNamed(name), Number(syncMs)),
    stores: () => {
      stage.areStoresNamed = true
    },
    blank: (name = '') => stage.replaceStore(nodeNamed(name), 'blank'),
    copy: (name = '') => stage.replaceStore(nodeNamed(name), 'copy'),
    messages: (mode) => {
      areMessagesTold = mode === 'on'
    },
    show: () => {
      for (const node of stage.nodes)
        told.push(stateText(node, stage.isUp(node) ? stage.stateOf(node) : null))
    },
  }

  return playStory(story, commands, told)
}
