import { rule } from './rule.ts'

/** Errors of encoding and framing. Wire numbers 1 to 19. */
export const wireErrors = {
  internal: rule<{ detail: string }>({
    wire: 1,
    http: 500,
    exit: 1,
    cause: ({ detail }) => `something failed that should not: ${detail}`,
    next: () => 'Look at the daemon log for the same time, and report it with that log',
  }),
  malformedMessage: rule<{ what: string; detail: string }>({
    wire: 2,
    http: 400,
    exit: 1,
    cause: ({ what, detail }) => `a ${what} message could not be read: ${detail}`,
    next: () => 'Check that every node runs the same or the adjacent version of coterie',
  }),
  frameTooLarge: rule<{ bytes: number; bytesMax: number }>({
    wire: 3,
    http: 413,
    exit: 1,
    cause: ({ bytes, bytesMax }) => `a frame of ${bytes} bytes is over the limit of ${bytesMax}`,
    next: () => 'Send it in smaller pieces',
  }),
}
