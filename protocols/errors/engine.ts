import { rule } from './rule.ts'

/** Errors of images, of registries, and of what is done inside a container. Wire numbers 176 to 189. */
export const engineErrors = {
  imageArchitectureWrong: rule<{ image: string; has: string; needs: string }>({
    wire: 176,
    http: 409,
    exit: 1,
    cause: ({ image, has, needs }) =>
      `the image ${image} is for ${has}, and the engine of this node runs ${needs}`,
    next: ({ needs }) =>
      `Use an image that is made for ${needs} too, or constrain the service to nodes whose architecture fits`,
  }),
  registryRefused: rule<{ registry: string; detail: string }>({
    wire: 177,
    http: 403,
    exit: 1,
    cause: ({ registry, detail }) => `the registry ${registry} refuses: ${detail}`,
    next: ({ registry }) =>
      `Check the name of the image, and give the mesh a login: coterie registry login ${registry}`,
  }),
  registryUnreachable: rule<{ registry: string; detail: string }>({
    wire: 178,
    http: 503,
    exit: 1,
    cause: ({ registry, detail }) =>
      `the engine of this node does not reach the registry ${registry}: ${detail}`,
    next: () => 'See that the node reaches it, or bring the image there with docker load',
  }),
  registryUnknown: rule<{ registry: string }>({
    wire: 179,
    http: 404,
    exit: 1,
    cause: ({ registry }) => `the mesh has no login for the registry ${registry}`,
    next: () => 'See coterie registry ls for those that it has',
  }),
  execUnsupported: rule<{ task: string }>({
    wire: 180,
    http: 409,
    exit: 1,
    cause: ({ task }) => `task ${task} runs as a plain process, so there is no container to go into`,
    next: () => 'Go to its node and use the tools of that machine',
  }),
  execFailed: rule<{ task: string; detail: string }>({
    wire: 181,
    http: 409,
    exit: 1,
    cause: ({ task, detail }) => `the command cannot run in task ${task}: ${detail}`,
    next: () => 'Correct what the sentence names; coterie ps shows whether the task runs',
  }),
  execUnknown: rule<{ exec: string }>({
    wire: 182,
    http: 404,
    exit: 1,
    cause: ({ exec }) => `this node has no open command ${exec} of yours`,
    next: () => 'Begin anew: it has ended, or it was begun at another node',
  }),
  execsTooMany: rule<{ execsMax: number }>({
    wire: 183,
    http: 429,
    exit: 1,
    cause: ({ execsMax }) => `${execsMax} commands run in containers of this node already`,
    next: () => 'End one of them, and try again',
  }),
}
