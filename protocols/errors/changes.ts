import { rule } from './rule.ts'

/** Errors of changing services from the command line, and of the contexts in which it asks. Wire numbers 400 to 419. */
export const changeErrors = {
  revisionNotKept: rule<{ service: string; revision: string; kept: readonly string[] }>({
    wire: 400,
    http: 404,
    exit: 1,
    cause: ({ service, revision, kept }) =>
      `${service} has no one revision ${revision} that is kept; ${kept.length === 0 ? 'there is none before the present one' : `there are ${kept.join(', ')}`}`,
    next: ({ service }) => `See coterie history ${service}`,
  }),
  rollbackEmpty: rule<{ service: string }>({
    wire: 401,
    http: 409,
    exit: 1,
    cause: ({ service }) => `no revision of ${service} is kept that says anything else than the present one`,
    next: ({ service }) => `See coterie history ${service}, or change it with coterie update`,
  }),
  revisionImageGone: rule<{ service: string; revision: string; image: string; detail: string }>({
    wire: 402,
    http: 409,
    exit: 1,
    cause: ({ service, revision, image, detail }) =>
      `${image}, the image of revision ${revision} of ${service}, is gone: ${detail}`,
    next: ({ service }) => `Choose another one from coterie history ${service}, or bring the image back`,
  }),
  nothingCalledSo: rule<{ name: string; near: readonly string[] }>({
    wire: 407,
    http: 404,
    exit: 1,
    cause: ({ name, near }) =>
      `no service, task or node is called ${name}${near.length === 0 ? '' : `; the nearest is ${near.join(' or ')}`}`,
    next: () => 'See coterie ls, coterie ps and coterie node ls for what there is',
  }),
  contextUnknown: rule<{ context: string; near: string | null }>({
    wire: 403,
    http: 404,
    exit: 1,
    cause: ({ context, near }) =>
      `there is no context ${context}${near === null ? '' : `; the nearest is ${near}`}`,
    next: () => 'See coterie context ls, or make it with coterie context add',
  }),
  contextTaken: rule<{ context: string }>({
    wire: 404,
    http: 409,
    exit: 1,
    cause: ({ context }) => `there is a context ${context} already`,
    next: ({ context }) => `Choose another name, or remove that one first with coterie context rm ${context}`,
  }),
  contextFileUnusable: rule<{ path: string; detail: string }>({
    wire: 405,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the contexts in ${path} cannot be used: ${detail}`,
    next: () => 'Correct or delete that file, then make the contexts again with coterie context add',
  }),
  /** No way into the mesh that the context names. */
  entriesUnreachable: rule<{ context: string; entries: readonly { url: string; detail: string }[] }>({
    wire: 406,
    http: 503,
    exit: 1,
    cause: ({ context, entries }) =>
      `no machine of the context ${context} answers: ${entries.map(({ url, detail }) => `${url} (${detail})`).join(', ')}`,
    next: () => 'Start one of them, or choose other ones with coterie context add',
  }),
}
