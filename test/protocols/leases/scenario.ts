/**
 * Stories about leases, in the manner of those about consensus. `# ` tells, `> ` does, and the indented lines below say
 * what came of it. Time passes only where the story says so, and nothing arrives unless it does.
 *
 *     > give web a                  the log gives the task web to a, under the next token; a wants its lease
 *     > take web                    the log has the task no more
 *     > cannot-kill a, can-kill a   whether the watchdog of a answers: a node without one does not ask
 *     > lead l 3, fall l            l leads in term 3 and has applied its no-op; it leads no more
 *     > pass 2000                   that many milliseconds; what is due then happens
 *     > hear l a 1                  l hears the request 1 of a, as often as the story likes
 *     > hear l a 1 b                the same, by way of the voter b
 *     > prove l, doubt l            the oldest quorum round of l is through, or failed
 *     > prove l 2                   it is through, and l leads in term 2 now
 *     > answer a 1                  a hears the answer to request 1
 *     > guard a                     the watchdog of a takes what waits for it
 *     > withhold l web a lost       l is to move web away from a, which was lost; without `lost` because it is to
 *     > look a, look l              what each of them knows
 */
import {
  createGranting,
  createHolding,
  type Granting,
  type GrantingEvent,
  type Holding,
  type HoldingEvent,
  isHeldDown,
  isMoving,
  type LeaseAnswer,
  type LeaseAsk,
  type LeaseGuard,
  leaseUntilMs,
  movableAtMs,
  silentForMs,
  stepGranting,
  stepHolding,
  withheldFor,
} from '../../../protocols/leases/index.ts'
import { type Commands, playStory } from '../../support/stories.ts'

interface Holder {
  holding: Holding
  wakeMs: number
  canKill: boolean
  readonly asks: Map<number, LeaseAsk>
  guards: LeaseGuard[]
}

interface Leader {
  granting: Granting
  proofs: number[]
  readonly terms: Map<number, number>
  term: number
}

/** Plays a story again and returns it with what happened this time; equal to the given text if nothing changed. */
export const replay = (story: string): string => {
  let nowMs = 0
  const told: string[] = []
  const log = new Map<string, { node: string; token: number }>()
  const holders = new Map<string, Holder>()
  const leaders = new Map<string, Leader>()
  const answers = new Map<string, LeaseAnswer>()
  let tokens = 0

  const holderOf = (name: string): Holder => {
    const holder: Holder = holders.get(name) ?? {
      holding: createHolding(1),
      wakeMs: Number.POSITIVE_INFINITY,
      canKill: true,
      asks: new Map(),
      guards: [],
    }
    holders.set(name, holder)
    return holder
  }
  const leaderOf = (name: string): Leader => {
    const leader = leaders.get(name) ?? { granting: createGranting(), proofs: [], terms: new Map(), term: 0 }
    leaders.set(name, leader)
    return leader
  }

  const hold = (name: string, event: HoldingEvent): void => {
    const holder = holderOf(name)
    const { state, effects } = stepHolding(holder.holding, event, { nowMs })
    holder.holding = state
    for (const guard of effects.guard) {
      holder.guards.push(guard)
      told.push(`${nowMs} ${name}: watchdog, ${guard.task} until ${guard.untilMs}`)
    }
    for (const { request, tasks, attempt } of effects.ask) {
      holder.asks.set(request, { type: 'ask', asker: name, request, tasks: [...tasks] })
      const names = tasks.map(({ task, token }) => `${task}/${token}`).join(' ')
      told.push(
        `${nowMs} ${name}: request ${request} for ${names}${attempt > 0 ? `, attempt ${attempt}` : ''}`,
      )
    }
    for (const task of effects.notify)
      told.push(
        `${nowMs} ${name}: ${task} ${isMoving(state, task) ? 'is to end here' : leaseUntilMs(state, task, nowMs) === null ? 'has no lease' : 'has its lease'}`,
      )
    holder.wakeMs = effects.schedule === null ? Number.POSITIVE_INFINITY : nowMs + effects.schedule.afterMs
  }

  const grant = (name: string, event: GrantingEvent): void => {
    const leader = leaderOf(name)
    const env = { nowMs, holderOf: (task: string) => log.get(task) ?? null }
    const { state, effects } = stepGranting(leader.granting, event, env)
    leader.granting = state
    for (const proof of effects.prove) {
      leader.proofs.push(proof)
      leader.terms.set(proof, leader.term)
      told.push(`${nowMs} ${name}: begins a quorum round`)
    }
    for (const { to, message } of effects.send) {
      answers.set(`${message.asker} ${message.request}`, message)
      const moving = message.moving.length === 0 ? '' : `, moving ${message.moving.join(' ')}`
      const granted = message.granted.length === 0 ? 'nothing' : message.granted.join(' ')
      told.push(
        `${nowMs} ${name}: to ${to}, answer ${message.request} of ${message.asker}: granted ${granted}${moving}`,
      )
    }
  }

  const wantOn = (name: string): void => {
    const { canKill } = holderOf(name)
    const own = [...log].filter(([, { node }]) => node === name)
    hold(name, {
      type: 'wanted',
      tasks: own.map(([task, { token }]) => ({ task, token, mayAsk: canKill })),
    })
  }
  const listTasks = (): void => {
    for (const name of leaders.keys()) grant(name, { type: 'tasks', tasks: [...log.keys()] })
  }

  const pass = (durationMs: number): void => {
    const endMs = nowMs + durationMs
    for (;;) {
      const due = [...holders].filter(([, { wakeMs }]) => wakeMs <= endMs)
      const [first] = due.sort(([, a], [, b]) => a.wakeMs - b.wakeMs)
      if (first === undefined) break
      const [name, { wakeMs }] = first
      nowMs = Math.max(nowMs, wakeMs)
      hold(name, { type: 'timer' })
    }
    nowMs = endMs
  }

  const look = (name: string): void => {
    for (const [task, { node }] of log) {
      if (holders.has(name) && node === name) {
        const untilMs = leaseUntilMs(holderOf(name).holding, task, nowMs)
        told.push(untilMs === null ? `${task}: no lease` : `${task}: leased until ${untilMs}`)
      }
      const leader = leaders.get(name)
      if (leader === undefined) continue
      const atMs = movableAtMs(leader.granting, task)
      const why = withheldFor(leader.granting, task)
      const silentMs = silentForMs(leader.granting, task, nowMs)
      const blamed = isHeldDown(leader.granting, node, nowMs) ? `, ${node} comes last` : ''
      told.push(
        `${task} of ${node}: ${why === null ? 'renewed' : `withheld (${why})`}, free at ${atMs}, silent for ${silentMs}${blamed}`,
      )
    }
  }

  const commands: Commands = {
    give: (task = '', node = '') => {
      const before = log.get(task)?.node
      tokens++
      log.set(task, { node, token: tokens })
      if (before !== undefined && before !== node) wantOn(before)
      wantOn(node)
      listTasks()
    },
    take: (task = '') => {
      const node = log.get(task)?.node ?? ''
      log.delete(task)
      wantOn(node)
      listTasks()
    },
    'cannot-kill': (name = '') => {
      holderOf(name).canKill = false
      wantOn(name)
    },
    'can-kill': (name = '') => {
      holderOf(name).canKill = true
      wantOn(name)
    },
    lead: (name = '', term = '') => {
      leaderOf(name).term = Number(term)
      grant(name, { type: 'led', term: Number(term) })
      grant(name, { type: 'tasks', tasks: [...log.keys()] })
    },
    fall: (name = '') => grant(name, { type: 'lost' }),
    pass: (durationMs) => pass(Number(durationMs)),
    hear: (name = '', asker = '', request = '', via = asker) => {
      const ask = holderOf(asker).asks.get(Number(request))
      if (ask === undefined) throw new Error(`${asker} made no request ${request}`)
      grant(name, { type: 'asked', via, ask })
    },
    prove: (name = '', term = '') => {
      const leader = leaderOf(name)
      const proof = leader.proofs.shift() ?? 0
      grant(name, { type: 'proven', proof, term: Number(term || leader.terms.get(proof)) })
    },
    doubt: (name = '') => grant(name, { type: 'unproven', proof: leaderOf(name).proofs.shift() ?? 0 }),
    answer: (name = '', request = '') => {
      const answer = answers.get(`${name} ${request}`)
      if (answer === undefined) throw new Error(`nobody answered request ${request} of ${name}`)
      hold(name, { type: 'answered', answer })
    },
    guard: (name = '') => {
      const holder = holderOf(name)
      const { guards } = holder
      holder.guards = []
      for (const guard of guards) hold(name, { type: 'guarded', guard })
    },
    withhold: (name = '', task = '', node = '', lost) =>
      grant(name, {
        type: 'withhold',
        tasks: [{ task, node, reason: lost ?? 'update', lost: lost !== undefined }],
      }),
    look,
  }

  return playStory(story, commands, told)
}
