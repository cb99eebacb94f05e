import assert from 'node:assert/strict'
import type { MemberChange, MemberStatus } from '../../../protocols/membership/index.ts'
import { itPlays, type ScenarioRunner } from '../../support/scenarios.ts'
import { createVirtualMesh, type VirtualMesh } from './virtual-mesh.ts'

const SEED = 1
const UNITS: Record<string, number> = { ms: 1, s: 1000 }

const parseMs = (text: string): number => {
  const [, count, unit = ''] = /^(\d+)(ms|s)$/.exec(text) ?? assert.fail(`not a time: ${text}`)
  return Number(count) * (UNITS[unit] as number)
}

const describeChange = ({ member, previous }: MemberChange): string => {
  const node = (member ?? previous)?.node
  const [before, after] = [previous, member].map((view) =>
    view === null ? 'nobody' : view.state === 'unknown' ? 'unknown' : `${view.state} ${view.incarnation}`,
  )
  return `${node} ${before} -> ${after}`
}

/** Commands of the scenarios; `mesh` comes first. What happens to members is printed as it happens. */
const createRunner = (): ScenarioRunner => {
  let mesh: VirtualMesh
  let lines: string[] = []
  const traced = new Set<string>()
  const print = (node: string, text: string): void => {
    lines.push(`${Math.round(mesh.nowMs)} ${node}: ${text}`)
  }
  const between = (args: readonly string[]): [string[], string[]] => {
    const middle = args.indexOf('|')
    return [args.slice(0, middle), args.slice(middle + 1)]
  }

  const commands: Record<string, (...args: string[]) => void> = {
    mesh: (...nodes) => {
      mesh = createVirtualMesh({ nodes, seed: SEED })
      mesh.run(parseMs('10s'))
      mesh.onChange((node, change) => print(node, describeChange(change)))
      mesh.onSend((from, to, { body }) => {
        if (traced.has(body.type)) print(from, `${body.type} to ${to}`)
      })
    },
    trace: (...bodies) => {
      for (const body of bodies) traced.add(body)
    },
    run: (time) => mesh.run(parseMs(time as string)),
    stop: (node) => mesh.stop(node as string),
    continue: (node) => mesh.continue(node as string),
    kill: (node) => mesh.kill(node as string),
    restart: (node) => mesh.restart(node as string),
    leave: (node) => mesh.leave(node as string),
    'lose-disk': (node) => mesh.loseDisk(node as string),
    disconnect: (a, b) => mesh.disconnect(a as string, b as string),
    connect: (a, b) => mesh.connect(a as string, b as string),
    cut: (...args) => mesh.cut(...between(args)),
    heal: () => mesh.heal(),
    roster: (...members) => mesh.setRoster(members),
    move: (node, ...addresses) => mesh.move(node as string, addresses),
    /** `tell a b c dead 1`: a receives from b the news that c is dead with incarnation 1. */
    tell: (node, from, subject, state, incarnation) => {
      mesh.receive(node as string, from as string, {
        speaker: { incarnation: 1, left: false, addresses: [] },
        news: [
          {
            node: subject as string,
            state: state as Exclude<MemberStatus, 'unknown'>,
            incarnation: Number(incarnation),
            addresses: [],
          },
        ],
        body: { type: 'news' },
      })
    },
    members: (node) => {
      for (const member of mesh.membersSeenBy(node as string))
        lines.push([member.node, member.state, member.incarnation, ...member.addresses].join(' '))
    },
  }

  return (command, args) => {
    lines = []
    const run = commands[command] ?? assert.fail(`no such command: ${command}`)
    run(...args)
    return lines
  }
}

describe('membership scenarios', () => itPlays(`${import.meta.dirname}/scenarios`, createRunner))
