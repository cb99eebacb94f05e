import { rule } from './rule.ts'

/** Errors of updates. Wire numbers 420 to 439. */
export const updateErrors = {
  nothingUpdates: rule<{ service: string }>({
    wire: 420,
    http: 409,
    exit: 1,
    cause: ({ service }) => `nothing of ${service} is being updated`,
    next: () => 'See coterie ps for how far it is',
  }),
  rollbackImpossible: rule<{ service: string; detail: string }>({
    wire: 421,
    http: 409,
    exit: 1,
    cause: ({ service, detail }) => `${service} cannot be rolled back: ${detail}`,
    next: () => 'Deploy what is to run instead',
  }),
  updateUndone: rule<{ services: readonly { service: string; state: string; reason: string }[] }>({
    wire: 423,
    http: 500,
    exit: 1,
    cause: ({ services }) =>
      services
        .map(({ service, state, reason }) =>
          state.startsWith('rollback')
            ? `${service} goes back to what ran before: ${reason}`
            : `the update of ${service} is paused: ${reason}`,
        )
        .join('; '),
    next: () => 'See coterie logs of the service, mend it, and deploy again',
  }),
  taskCrashLooping: rule<{ task: string; ends: number; endsMax: number; exitCode: number | null }>({
    wire: 422,
    http: 500,
    exit: 1,
    cause: ({ task, ends, exitCode }) =>
      `${task} ended ${ends} times in a row soon after its start${exitCode === null ? '' : `, last with code ${exitCode}`}`,
    next: ({ endsMax }) =>
      `See its output with coterie logs; after ${endsMax} such ends another node is tried`,
  }),
}
