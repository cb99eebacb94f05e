import type { MemberChange, MemberStatus } from '../../../protocols/membership/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'

/** Who has heard what: everything that members were told of each other, by subject, incarnation and state. */
export interface Knowledge {
  /** To be given every change, with its time. */
  note(atMs: number, change: MemberChange): void
  /** When each of those that know it heard that `subject` is so, ascending. */
  times(subject: NodeId, incarnation: number, state: MemberStatus): readonly number[]
  /** The subjects, each once per incarnation, that somebody held to be so. */
  subjects(state: MemberStatus): readonly NodeId[]
}

export const createKnowledge = (): Knowledge => {
  const heard = new Map<
    string,
    { readonly subject: NodeId; readonly state: MemberStatus; readonly atMs: number[] }
  >()
  const keyOf = (subject: NodeId, incarnation: number, state: MemberStatus): string =>
    `${subject} ${incarnation} ${state}`
  return {
    note: (atMs, { member }) => {
      if (member === null || member.state === 'unknown') return
      const { node: subject, incarnation, state } = member
      const key = keyOf(subject, incarnation, state)
      const entry = heard.get(key) ?? { subject, state, atMs: [] }
      entry.atMs.push(atMs)
      heard.set(key, entry)
    },
    times: (subject, incarnation, state) => heard.get(keyOf(subject, incarnation, state))?.atMs ?? [],
    subjects: (state) =>
      [...heard.values()].filter((entry) => entry.state === state).map(({ subject }) => subject),
  }
}
