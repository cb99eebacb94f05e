/**
 * Stories about membership, in the manner of those about consensus. `# ` tells, `> ` does, and the indented lines
 * below say what happened, each with its virtual millisecond and the node that saw it:
 *
 *     > mesh a b c                   members of one mesh that have met
 *     > pass 700                     that many milliseconds
 *     > stop a, continue a           its process, as by SIGSTOP and SIGCONT
 *     > kill a, restart a            its process ends and closes its connections; the next one begins
 *     > lose-disk a                  its next process does not know its incarnation
 *     > disconnect a b, connect a b  the connection of the two closes, and opens
 *     > cut a b | c d, heal          nothing passes between the two sides, though no connection closes
 *     > roster a b                   the admitted nodes
 *     > leave a, move a /dns4/...    goodbye; another address
 *     > tell a b c dead 1            a receives from b the news that c is dead with incarnation 1
 *     > slow a 300                   a handles everything so much later
 *     > members a, strain a          all members as a sees them; how slow a thinks that it is
 *     > round-trips a                what a takes the round trip to each of the others to be
 *     > accusers a b                 who accuses b, as far as a knows
 *     > trace pingRequest vouch      from here on, messages of these kinds are told too, and what each says of its receiver
 */
import type { MemberChange, MemberStatus } from '../../../protocols/membership/index.ts'
import { type Commands, playStory } from '../../support/stories.ts'
import { createVirtualMesh, type VirtualMesh } from './virtual-mesh.ts'

const SEED = 1
const SETTLE_MS = 10_000

const changeText = ({ member, previous }: MemberChange): string => {
  const [before, after] = [previous, member].map((view) => {
    if (view === null) return 'nobody'
    return view.state === 'unknown' ? 'unknown' : `${view.state} ${view.incarnation}`
  })
  return `${(member ?? previous)?.node} ${before} -> ${after}`
}

/** Plays a story again and returns it with what happened this time; equal to the given text if nothing changed. */
export const replay = (story: string): string => {
  const told: string[] = []
  let mesh: VirtualMesh = createVirtualMesh({ nodes: [], seed: SEED })
  const traced = new Set<string>()
  const tell = (node: string, text: string) => told.push(`${Math.round(mesh.nowMs)} ${node}: ${text}`)

  const meet = (...nodes: string[]): void => {
    mesh = createVirtualMesh({ nodes, seed: SEED })
    mesh.pass(SETTLE_MS)
    mesh.onChange((node, change) => tell(node, changeText(change)))
    mesh.onSend((from, to, { news: [first], body }) => {
      if (!traced.has(body.type)) return
      const ofReceiver = first?.node === to ? `, you are ${first.state} ${first.incarnation}` : ''
      tell(from, `${body.type} to ${to}${ofReceiver}`)
    })
  }

  const hearsay = (to = '', from = '', node = '', state = '', incarnation = ''): void =>
    mesh.receive(to, from, {
      speaker: { incarnation: 1, left: false, addresses: [] },
      news: [
        {
          node,
          state: state as Exclude<MemberStatus, 'unknown'>,
          incarnation: Number(incarnation),
          addresses: [],
          accusers: [],
        },
      ],
      body: { type: 'news' },
    })

  const commands: Commands = {
    mesh: meet,
    pass: (durationMs) => mesh.pass(Number(durationMs)),
    stop: (node = '') => mesh.stop(node),
    continue: (node = '') => mesh.continue(node),
    kill: (node = '') => mesh.kill(node),
    restart: (node = '') => mesh.restart(node),
    'lose-disk': (node = '') => mesh.loseDisk(node),
    disconnect: (a = '', b = '') => mesh.disconnect(a, b),
    connect: (a = '', b = '') => mesh.connect(a, b),
    cut: (...words) => mesh.cut(words.slice(0, words.indexOf('|')), words.slice(words.indexOf('|') + 1)),
    heal: () => mesh.heal(),
    roster: (...members) => mesh.setRoster(members),
    leave: (node = '') => mesh.leave(node),
    move: (node = '', ...addresses) => mesh.move(node, addresses),
    tell: hearsay,
    members: (name = '') => {
      for (const { node, state, incarnation, addresses } of mesh.membersSeenBy(name))
        told.push([node, state, incarnation, ...addresses].join(' '))
    },
    slow: (node = '', lateMs) => mesh.slow(node, Number(lateMs)),
    strain: (node = '') => told.push(`${mesh.strainOf(node)}`),
    'round-trips': (name = '') => {
      for (const { node, rttMs } of mesh.membersSeenBy(name))
        if (node !== name) told.push(`${node} ${rttMs === null ? 'unknown' : `${Math.round(rttMs)} ms`}`)
    },
    accusers: (node = '', suspect = '') => told.push(mesh.accusersSeenBy(node, suspect).join(' ')),
    trace: (...bodies) => {
      for (const body of bodies) traced.add(body)
    },
  }

  return playStory(story, commands, told)
}
