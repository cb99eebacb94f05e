import { rule } from './rule.ts'

/** Errors of running tasks on a node. Wire numbers 160 to 189. */
export const runtimeErrors = {
  engineUnreachable: rule<{ detail: string }>({
    wire: 160,
    http: 503,
    exit: 1,
    cause: ({ detail }) => `the Docker engine of this node does not answer: ${detail}`,
    next: () => 'Start Docker on that node and let the user of coterie reach its socket',
  }),
  imageUnavailable: rule<{ image: string; detail: string }>({
    wire: 161,
    http: 404,
    exit: 1,
    cause: ({ image, detail }) => `the image ${image} is not on this node and could not be pulled: ${detail}`,
    next: ({ image }) =>
      `Check the name and that the node reaches its registry, or load it there with docker load or docker pull ${image}`,
  }),
  commandNotFound: rule<{ command: string; detail: string }>({
    wire: 162,
    http: 404,
    exit: 1,
    cause: ({ command, detail }) => `the command ${command} cannot be run: ${detail}`,
    next: () => 'Give the name of a program in PATH or the absolute path of one that may be executed',
  }),
  runtimeMissing: rule<{ service: string; detail: string }>({
    wire: 163,
    http: 409,
    exit: 2,
    cause: ({ service, detail }) => `${service} cannot run on this node: ${detail}`,
    next: () =>
      'Install Docker on the node, or give the service x-coterie.process and start the node with --allow-processes',
  }),
  startFailed: rule<{ task: string; detail: string }>({
    wire: 164,
    http: 500,
    exit: 1,
    cause: ({ task, detail }) => `task ${task} could not be started: ${detail}`,
    next: () => 'Correct what the sentence names, in the service or on the node, and deploy again',
  }),
  taskEnded: rule<{ task: string; exitCode: number | null; signal: string | null }>({
    wire: 165,
    http: 500,
    exit: 1,
    cause: ({ task, exitCode, signal }) => `task ${task} ended ${endOf(exitCode, signal)}`,
    next: () => 'Read its last lines with coterie logs',
  }),
  taskOutOfMemory: rule<{ task: string; limitMb: number | null }>({
    wire: 175,
    http: 500,
    exit: 1,
    cause: ({ task, limitMb }) =>
      `task ${task} needed more memory than ${limitMb === null ? 'its machine has' : `its limit of ${limitMb} MiB`}, and was killed`,
    next: () => 'Raise deploy.resources.limits.memory in the Compose file, or let the program use less',
  }),
  tokenStale: rule<{ task: string; token: number; obeyed: number }>({
    wire: 166,
    http: 409,
    exit: 1,
    cause: ({ task, token, obeyed }) =>
      `task ${task} carries the token ${token}, and this node has obeyed ${obeyed} for the same slot`,
    next: () => 'Wait for the present leader to assign the slot again',
  }),
  taskUnknown: rule<{ task: string }>({
    wire: 167,
    http: 404,
    exit: 1,
    cause: ({ task }) => `this node has no task ${task}`,
    next: () => 'See coterie ps for the tasks and where they run',
  }),
  watchdogSilent: rule<{ detail: string }>({
    wire: 168,
    http: 503,
    exit: 1,
    cause: ({ detail }) => `the watchdog of this node does not answer: ${detail}`,
    next: () => 'Start coterie watchdog, or the unit coterie-watchdog, with the data directory of the daemon',
  }),
  watchdogRefused: rule<{ task: string; detail: string }>({
    wire: 169,
    http: 409,
    exit: 1,
    cause: ({ task, detail }) => `the watchdog does not take task ${task}: ${detail}`,
    next: () => 'Correct what the sentence names, or run exclusive services on another node',
  }),
  killHandleUnknown: rule<{ task: string; detail: string }>({
    wire: 170,
    http: 409,
    exit: 1,
    cause: ({ task, detail }) => `the processes of task ${task} are not found on this machine: ${detail}`,
    next: () =>
      'Run the daemon and its watchdog on the machine of the engine, in its namespaces of pids and groups',
  }),
  watchdogRunning: rule<{ path: string }>({
    wire: 171,
    http: 409,
    exit: 1,
    cause: ({ path }) => `a watchdog for the data directory ${path} answers already`,
    next: () => 'Leave it to that one, or stop it first',
  }),
  watchdogUnusable: rule<{ path: string; detail: string }>({
    wire: 172,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the watchdog cannot use ${path}: ${detail}`,
    next: () => 'Make it a directory that this user may write, or give another --data-dir',
  }),
  leaseMissing: rule<{ task: string }>({
    wire: 173,
    http: 503,
    exit: 3,
    cause: ({ task }) => `task ${task} is exclusive, and no leader has granted its lease yet`,
    next: () => 'Wait for a majority of the voters to be reachable from that node',
  }),
  leaseLapsed: rule<{ task: string }>({
    wire: 174,
    http: 503,
    exit: 1,
    cause: ({ task }) => `task ${task} is exclusive and was ended when its lease lapsed`,
    next: () => 'Wait: it starts again here, or on another node, as soon as a majority of the voters agrees',
  }),
}

const endOf = (exitCode: number | null, signal: string | null): string => {
  if (signal !== null) return `by ${signal}`
  return exitCode === null ? 'in a way that was not seen' : `with exit code ${exitCode}`
}
