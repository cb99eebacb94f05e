/** Members that follow one log, each as far as it is told to: what was decided, and what they hold. */
import { acceptanceOf, type Revision, writtenOf } from '../../../crdt/index.ts'
import type { IntentComponents } from '../../../node/intent/index.ts'
import {
  createDecisions,
  type Decision,
  type DecisionView,
  isTrimmed,
  type RevisionId,
} from '../../../protocols/decisions/index.ts'
import { fastClock, type Member, type Members } from './members.ts'

export interface Follower extends Member {
  view: DecisionView
  /** The revisions that it holds, of all that were ever heard of. */
  held(): Revision[]
  /** Applies what it has not applied yet. */
  catchUp(): void
  /** Ends, and begins its next life with an empty view, as a node does that replays its log. */
  restart(): Promise<void>
}

export interface SharedLog {
  /** A member that is up to date with what it applied; nothing at first. */
  follow(components?: Partial<IntentComponents>): Promise<Follower>
  commit(decision: Decision): void
  /** What the log amounts to. */
  readonly view: DecisionView
  /** Accepts these in the log. */
  accept(...revisions: readonly Revision[]): void
  /** Trims in the log what that member, as the leader, would trim; true when there was anything. */
  trim(leader: Follower): boolean
}

export const createSharedLog = (members: Members): SharedLog => {
  const log: Decision[] = []
  const heard = new Set<RevisionId>()
  const listen = ({ intent }: Member): void => {
    intent.onChange(({ revisions }) => {
      for (const { id } of revisions) heard.add(id)
    })
  }
  const { view, apply } = createDecisions()
  const commit = (decision: Decision): void => {
    log.push(decision)
    apply(log.length, decision)
  }

  const follow = async (components: Partial<IntentComponents> = {}): Promise<Follower> => {
    let decisions = createDecisions()
    const member = await members.add({
      clock: fastClock,
      trimmed: (revision) => isTrimmed(decisions.view, revision),
      ...components,
    })
    listen(member)
    const catchUp = () => {
      const named: RevisionId[] = []
      for (const decision of log.slice(decisions.view.appliedIndex)) {
        decisions.apply(decisions.view.appliedIndex + 1, decision)
        if (decision.type === 'revisionsTrimmed')
          named.push(...decision.revisions.map(({ revision }) => revision))
      }
      member.intent.dropTrimmed(named, decisions.view)
    }
    return Object.defineProperty(
      Object.assign(member, {
        catchUp,
        held: () => [...heard].flatMap((id) => member.intent.revision(id) ?? []),
        restart: async () => {
          decisions = createDecisions()
          await members.restart(member)
          listen(member)
        },
      }),
      'view',
      { get: () => decisions.view },
    ) as Follower
  }
  return {
    follow,
    commit,
    view,
    accept: (...revisions) => {
      for (const each of revisions) commit({ ...acceptanceOf(each), written: writtenOf(each) })
    },
    trim: (leader) => {
      const trimmings = [...leader.intent.trimmable(view)]
      for (const trimming of trimmings) commit(trimming)
      return trimmings.length > 0
    },
  }
}
