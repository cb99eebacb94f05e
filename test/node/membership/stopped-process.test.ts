import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createMachine, type Machine, type RunningMember, seen, startMember, stopAll } from './members.ts'

const SCRIPT = fileURLToPath(new URL('./member-process.ts', import.meta.url))

describe('membership of a process that is stopped or killed', () => {
  let child: ChildProcess | null = null

  afterEach(async () => {
    child?.kill('SIGKILL')
    child = null
    await stopAll()
  })

  /** Two members in this process and one in its own, all met. */
  const meet = async (): Promise<{ here: RunningMember[]; away: Machine; process: ChildProcess }> => {
    const machines = await Promise.all([createMachine(), createMachine()])
    const here = await Promise.all(machines.map((machine) => startMember(machine)))
    const away = await createMachine()
    const nodes = here.map(({ node }) => node)
    const key = Buffer.from(away.privateKey).toString('hex')
    const process_ = spawn(process.execPath, [SCRIPT, key, away.dataDir, ...nodes])
    child = process_
    assert(process_.stdout !== null)
    const [line] = (await once(createInterface(process_.stdout), 'line')) as [string]
    const admitted = new Set([...nodes, away.node])
    for (const { network, membership } of here) {
      for (const other of here) network.connections.learn(other.node, other.network.connections.addresses())
      network.connections.learn(away.node, JSON.parse(line) as string[])
      network.connections.setMembers(admitted)
      membership.setRoster(admitted)
    }
    for (const node of admitted) await seen(here, node, 'alive')
    return { here, away, process: process_ }
  }

  it('is dead while it is stopped, and alive when it continues', async () => {
    const { here, away, process } = await meet()
    process.kill('SIGSTOP')
    await seen(here, away.node, 'dead')
    process.kill('SIGCONT')
    await seen(here, away.node, 'alive')
    for (const { node } of here) await seen(here, node, 'alive')
  })

  it('is dead soon after it was killed', async () => {
    const { here, away, process } = await meet()
    process.kill('SIGKILL')
    await seen(here, away.node, 'dead')
  })
})
