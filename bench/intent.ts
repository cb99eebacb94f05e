/** How soon 20 running daemons know what was written at one of them. */
import type { RunningDaemon } from '../test/support/daemons.ts'
import { allAlive, settledVoters } from '../test/support/mesh-views.ts'
import { apply, PROCESSES_ONLY, sleeper } from '../test/support/task-views.ts'
import { createCompiledDaemons } from './parts/compiled.ts'
import { followEvents } from './parts/events.ts'
import { after } from './parts/processes.ts'
import type { Benchmark } from './report.ts'

const RUNS = 100
const DAEMONS = 20
const VOTERS = 3
const PROJECT = 'bench'
/** Daemons that start at the same time: more of them would keep each other from being ready. */
const STARTING = 3
/** Between two changes, so that each travels alone. */
const PAUSE_MS = 200
/** A change that is not known by then is lost. */
const LOST_MS = 30_000

/** Daemons that tell of a revision, and when the first and the last of them did. */
const createWatch = () => {
  const known = new Map<string, number[]>()
  return {
    told: (revision: string): void => {
      known.set(revision, [...(known.get(revision) ?? []), performance.now()])
    },
    of: (revision: string): readonly number[] => known.get(revision) ?? [],
  }
}

/**
 * `propagationMs`: from the request at one of 20 daemons, another one each time, to the event by which the last of them
 * tells that the revision was accepted; `acceptedMs`: to the first of these events, which is what consensus takes.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createCompiledDaemons(PROCESSES_ONLY)
  const watch = createWatch()
  const propagationMs: number[] = []
  const acceptedMs: number[] = []
  try {
    const founder = await daemons.start({ name: 'daemon-0', found: true })
    const mesh = [founder]
    const joining = {
      token: await founder.invite(),
      flags: ['--at', founder.ready.addresses[0] as string],
    }
    while (mesh.length < DAEMONS) {
      const names = Array.from(
        { length: Math.min(STARTING, DAEMONS - mesh.length) },
        (_, at) => mesh.length + at,
      )
      mesh.push(
        ...(await Promise.all(names.map((at) => daemons.start({ name: `daemon-${at}`, ...joining })))),
      )
    }
    await allAlive(mesh, DAEMONS)
    await settledVoters(mesh, VOTERS)
    say(`${DAEMONS} daemons run`)
    for (const daemon of mesh) {
      await followEvents(daemon, (event) => {
        if (event.type === 'revisionAccepted') watch.told(event.revision)
      })
    }
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      await after(PAUSE_MS)
      const spec = sleeper(PROJECT, 'changing', { replicas: 0, saying: `change ${run}` })
      const startMs = performance.now()
      const { revisions } = await apply(mesh[run % DAEMONS] as RunningDaemon, PROJECT, { specs: [spec] })
      const revision = revisions[0]?.revision ?? ''
      while (watch.of(revision).length < DAEMONS) {
        if (performance.now() - startMs > LOST_MS) throw new Error('a change of intent was lost')
        await after(1)
      }
      const told = watch.of(revision)
      propagationMs.push(Math.max(...told) - startMs)
      acceptedMs.push(Math.min(...told) - startMs)
      if (run % 10 === 0) say(`change ${run}: ${Math.round(propagationMs.at(-1) as number)} ms`)
    }
  } finally {
    await daemons.close()
  }
  return [
    { metric: 'propagationMs', unit: 'ms', samples: propagationMs },
    { metric: 'acceptedMs', unit: 'ms', samples: acceptedMs },
  ]
}
