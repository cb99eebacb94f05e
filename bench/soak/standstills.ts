/**
 * SIGSTOP of the leader, of a watchdog and of the daemon that runs an exclusive task, for a minute each, then SIGCONT: the task never
 * runs twice at once, no accepted write is lost, and the mesh is whole again.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Applied } from '../../protocols/control/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { RunningDaemon } from '../../test/support/daemons.ts'
import { eventually } from '../../test/support/eventually.ts'
import { agreedLeader, allAlive, byId, settledVoters } from '../../test/support/mesh-views.ts'
import {
  deploy,
  onlyPrograms,
  PROCESSES_ONLY,
  runningOn,
  servicesOf,
  sleeper,
} from '../../test/support/task-views.ts'
import { createWatchedDaemons } from '../../test/support/watched-daemons.ts'
import { assertNeverTwo, livesOf, witnessed } from '../../test/support/witness.ts'
import { rounds, type SoakPart } from './part.ts'

const RUNS = 3
const STILL_MS = 60_000
const PROJECT = 'soak-standstills'
const WHO = ['leader', 'watchdog', 'executor'] as const

const revisionOf = ({ revisions }: Applied): string => {
  const [revision] = revisions
  if (revision?.state !== 'accepted')
    throw new Error('a write was not accepted while one of three stood still')
  return revision.revision
}

/** Stops the process for a minute; it goes on whatever happens meanwhile. */
const standStill = async (
  pid: number,
  signal: AbortSignal,
  meanwhile: () => Promise<void>,
): Promise<void> => {
  process.kill(pid, 'SIGSTOP')
  try {
    await Promise.all([meanwhile(), pause(STILL_MS, null, { signal })])
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

export const part: SoakPart = async (run) => {
  const daemons = await createWatchedDaemons(PROCESSES_ONLY)
  const witness = join(daemons.path, 'witness')
  const spec: ServiceSpec = witnessed(witness)
  const accepted: string[] = []
  let moves = 0
  try {
    const mesh = await daemons.mesh('a', 'b', 'c')
    await settledVoters(mesh, 3)
    await deploy(mesh[0] as RunningDaemon, spec)

    const write = async (daemon: RunningDaemon): Promise<void> => {
      const name = `marker-${accepted.length}`
      accepted.push(revisionOf(await deploy(daemon, sleeper(PROJECT, name, { replicas: 0 }))))
    }
    const isKept = async (daemon: RunningDaemon): Promise<boolean> => {
      const heads = new Set((await servicesOf(daemon)).map(({ revision }) => revision))
      return accepted.every((revision) => heads.has(revision))
    }

    const result = await rounds(run, (run.runs ?? RUNS) * WHO.length, async (number) => {
      const who = WHO[(number - 1) % WHO.length]
      const [task] = await runningOn(mesh, spec)
      const executor = byId(mesh, task?.node ?? '')
      const still = who === 'leader' ? byId(mesh, await agreedLeader(mesh)) : executor
      const pid = who === 'watchdog' ? await daemons.watchdogPid(still) : (still.process.pid as number)
      const others = mesh.filter((daemon) => daemon !== still)
      await standStill(pid, run.signal, async () => {
        await agreedLeader(others, who === 'leader' ? still.ready.node.id : null)
        await write(others[number % 2] as RunningDaemon)
        // What stood on the machine that stands still runs elsewhere within the minute.
        if (who !== 'watchdog')
          await runningOn(others, spec, ([moved]) => moved?.node !== still.ready.node.id)
      })
      await allAlive(mesh, 3)
      await agreedLeader(mesh)
      const [now] = await runningOn(mesh, spec)
      if (now?.task !== task?.task) moves += 1
      if (who === 'watchdog' && now?.task !== task?.task)
        throw new Error('a task moved for want of a watchdog')
      await onlyPrograms(spec, now === undefined ? [] : [now])
      for (const daemon of mesh) await eventually('all that was accepted is there', () => isKept(daemon))
      assertNeverTwo(await livesOf(witness))
    })
    return { ...result, figures: { acceptedWrites: accepted.length, moves } }
  } finally {
    await daemons.close()
  }
}
