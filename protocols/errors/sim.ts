import { rule } from './rule.ts'

/** Errors of rehearsals, `coterie sim`. Wire numbers 300 to 319. */
export const simErrors = {
  /** `option` as it was typed, such as `--kill node2@3x`; `token` is the part that is wrong. */
  simTimeInvalid: rule<{ option: string; token: string; example: string }>({
    wire: 300,
    http: 400,
    exit: 1,
    cause: ({ option, token }) =>
      `${option}: "${token}" is no time; times are such as 500ms, 30s, 2m or 1m30s`,
    next: ({ example }) => `Write it as in ${example}`,
  }),
  simFaultInvalid: rule<{ option: string; token: string; detail: string; example: string }>({
    wire: 301,
    http: 400,
    exit: 1,
    cause: ({ option, token, detail }) => `${option}: "${token}" ${detail}`,
    next: ({ example }) => `Write it as in ${example}`,
  }),
  simNodeUnknown: rule<{ option: string; token: string; nodes: number; example: string }>({
    wire: 302,
    http: 400,
    exit: 1,
    cause: ({ option, token, nodes }) =>
      `${option}: there is no ${token}; the nodes are ${nodes === 1 ? 'node1 alone' : `node1 to node${nodes}`}`,
    next: ({ example }) => `Write it as in ${example}, or give more nodes with --nodes`,
  }),
  simTimeBeyond: rule<{ option: string; token: string; forText: string }>({
    wire: 303,
    http: 400,
    exit: 1,
    cause: ({ option, token, forText }) => `${option}: ${token} is beyond the end, which is at ${forText}`,
    next: () => 'Give an earlier time, or play longer with --for',
  }),
  simEndTooEarly: rule<{ option: string; from: string; until: string; example: string }>({
    wire: 304,
    http: 400,
    exit: 1,
    cause: ({ option, from, until }) => `${option}: it would end at ${until}, which is not after ${from}`,
    next: ({ example }) => `Give the later time last, as in ${example}`,
  }),
  simPartitionEverybody: rule<{ option: string; nodes: number }>({
    wire: 305,
    http: 400,
    exit: 1,
    cause: ({ option, nodes }) =>
      `${option}: that may be all ${nodes} nodes, and nobody is left to be cut off from`,
    next: () => 'Name fewer nodes, or give more with --nodes',
  }),
  simNumberInvalid: rule<{ option: string; detail: string; example: string }>({
    wire: 306,
    http: 400,
    exit: 1,
    cause: ({ option, detail }) => `${option}: ${detail}`,
    next: ({ example }) => `Write it as in ${example}`,
  }),
  simServiceTwice: rule<{ service: string; files: readonly string[] }>({
    wire: 307,
    http: 400,
    exit: 1,
    cause: ({ service, files }) => `${service} is in ${files.join(' and in ')}`,
    next: () => 'Give the files different project names, with name: at their top',
  }),
  simTooLarge: rule<{ slots: number; slotsMax: number }>({
    wire: 308,
    http: 400,
    exit: 1,
    cause: ({ slots, slotsMax }) => `that is ${slots} replicas in all, and at most ${slotsMax} can be played`,
    next: () => 'Take fewer replicas: what becomes of ten tells what becomes of a thousand',
  }),
  simNeverPlaced: rule<{
    slots: readonly { readonly slot: string; readonly reason: string }[]
    more: number
  }>({
    wire: 309,
    http: 409,
    exit: 2,
    cause: ({ slots, more }) =>
      `there was no place at any time for ${slots.map(({ slot, reason }) => `${slot} (${reason})`).join(', ')}${more === 0 ? '' : ` and ${more} more`}`,
    next: () => 'Change the service, or give more nodes or memory with --nodes and --memory',
  }),
}
