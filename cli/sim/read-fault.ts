/** Faults as they are typed: `WHO@WHEN`. The grammar is in docs/design/rehearsal.md. */
import { type Fault, type FaultKind, LEADER, type RehearsalOptions } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { plain } from '../output.ts'
import { readTime } from './read-time.ts'

/** What faults are judged against. */
export interface Stage {
  readonly nodes: number
  readonly forMs: number
  /** `--for` as it was typed. */
  readonly forText: string
}

export const FAULT_EXAMPLES: Readonly<Record<FaultKind, string>> = {
  kill: '--kill node2@30s..60s',
  partition: '--partition node1,node2@40s..70s',
  pause: '--pause leader@20s..25s',
}
export const DEPLOY_EXAMPLE = '--deploy node3@45s'

/** @throws `simFaultInvalid`, `simTimeInvalid`, `simNodeUnknown`, `simTimeBeyond`, `simEndTooEarly`, `simPartitionEverybody` */
export const readFault = (kind: FaultKind, text: string, stage: Stage): Fault => {
  const typed = { option: `--${kind} ${plain(text)}`, example: FAULT_EXAMPLES[kind] }
  const [who, when] = halves(text, typed)
  const targets = readNames(who, typed, stage, true)
  const [from = '', until, ...more] = when.split('..')
  if (more.length > 0)
    throw new CoterieError('simFaultInvalid', {
      ...typed,
      token: plain(when),
      detail: 'has more than one end',
    })
  const fromMs = readMoment(from, typed, stage)
  const untilMs = until === undefined ? null : readEnd(until, typed, stage)
  if (untilMs !== null && until !== undefined && untilMs <= fromMs)
    throw new CoterieError('simEndTooEarly', { ...typed, from, until })
  if (kind === 'partition' && targets.length >= stage.nodes)
    throw new CoterieError('simPartitionEverybody', { option: typed.option, nodes: stage.nodes })
  return { kind, targets, fromMs, untilMs }
}

/** `node3@45s`: whom to ask, and when. @throws as `readFault` */
export const readDeploy = (text: string, stage: Stage): RehearsalOptions['deploy'] => {
  const typed = { option: `--deploy ${plain(text)}`, example: DEPLOY_EXAMPLE }
  const [who, when] = halves(text, typed)
  const [node = '', ...more] = readNames(who, typed, stage, false)
  if (more.length > 0)
    throw new CoterieError('simFaultInvalid', {
      ...typed,
      token: plain(who),
      detail: 'is more than one node',
    })
  return { node, atMs: readMoment(when, typed, stage) }
}

/** What was typed, for messages, and how it should look. */
interface Typed {
  readonly option: string
  readonly example: string
}

/** Who and when. */
const halves = (text: string, typed: Typed): [who: string, when: string] => {
  const at = text.indexOf('@')
  if (at === -1)
    throw new CoterieError('simFaultInvalid', {
      ...typed,
      token: plain(text),
      detail: 'does not say when, after an @',
    })
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Each once, in the order given. */
export const readNames = (
  who: string,
  typed: Typed,
  { nodes }: Pick<Stage, 'nodes'>,
  mayLead: boolean,
): string[] => {
  const names = who.split(',')
  for (const name of names) {
    if (name === '')
      throw new CoterieError('simFaultInvalid', {
        ...typed,
        token: plain(who),
        detail: 'lacks the name of a node',
      })
    const number = Number(/^node([1-9]\d{0,5})$/.exec(name)?.[1] ?? 0)
    if ((number >= 1 && number <= nodes) || (mayLead && name === LEADER)) continue
    throw new CoterieError('simNodeUnknown', { ...typed, token: plain(name), nodes })
  }
  return [...new Set(names)]
}

/** A time at which something can still happen. */
const readMoment = (token: string, { option, example }: Typed, { forMs, forText }: Stage): number => {
  const ms = readTime(option, token, example)
  if (ms >= forMs) throw new CoterieError('simTimeBeyond', { option, token, forText })
  return ms
}

/** A time at which something can end; that may be the very end. */
const readEnd = (token: string, { option, example }: Typed, { forMs, forText }: Stage): number => {
  const ms = readTime(option, token, example)
  if (ms > forMs) throw new CoterieError('simTimeBeyond', { option, token, forText })
  return ms
}
