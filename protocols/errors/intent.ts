import { rule } from './rule.ts'

/** Errors of revisions, registers and their spreading. Wire numbers 130 to 159. */
export const intentErrors = {
  revisionInvalid: rule<{ detail: string }>({
    wire: 130,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `that is no revision: ${detail}`,
    next: () => 'Correct the definition; if another node sent it, check that all nodes run the same version',
  }),
  revisionTooLarge: rule<{ bytes: number; bytesMax: number }>({
    wire: 131,
    http: 413,
    exit: 1,
    cause: ({ bytes, bytesMax }) => `the revision has ${bytes} bytes, over the limit of ${bytesMax}`,
    next: () => 'Make the definition smaller, for example by moving long values into the image',
  }),
  revisionMissing: rule<{ revisions: readonly string[] }>({
    wire: 132,
    http: 503,
    exit: 3,
    cause: ({ revisions }) =>
      `no reachable node has revision ${revisions.map((id) => id.slice(0, 12)).join(', ')}`,
    next: () => 'Bring back the node on which it was written, or deploy again',
  }),
  registerInvalid: rule<{ detail: string }>({
    wire: 133,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `that is no register: ${detail}`,
    next: () => 'Check that every node runs the same or the adjacent version of coterie',
  }),
  signatureWrong: rule<{ what: string; signer: string }>({
    wire: 134,
    http: 403,
    exit: 1,
    cause: ({ what, signer }) => `a ${what} says that ${signer} signed it, and that is not so`,
    next: () => 'Look at the node that sent it; what it sent was not taken over',
  }),
  updateRefused: rule<{ detail: string }>({
    wire: 135,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `an update of a document was refused: ${detail}`,
    next: () => 'Look at the node that sent it; nothing was changed here',
  }),
  conflictUnknown: rule<{ conflict: string }>({
    wire: 136,
    http: 404,
    exit: 1,
    cause: ({ conflict }) => `there is no open conflict ${short(conflict)}`,
    next: () => 'See coterie conflicts ls for those that are open',
  }),
  conflictSettled: rule<{ object: string; conflict: string; by: string }>({
    wire: 137,
    http: 409,
    exit: 1,
    cause: ({ object, conflict, by }) =>
      `the conflict ${short(conflict)} of ${object} is settled by revision ${short(by)}`,
    next: () => 'See coterie conflicts ls for those that are still open',
  }),
  conflictAmbiguous: rule<{ given: string; candidates: readonly string[] }>({
    wire: 138,
    http: 409,
    exit: 1,
    cause: ({ given, candidates }) => `${given} may be ${candidates.join(' or ')}`,
    next: () => 'Give more of the id',
  }),
  documentFull: rule<{ bytes: number; bytesMax: number }>({
    wire: 139,
    http: 507,
    exit: 1,
    cause: ({ bytes, bytesMax }) =>
      `the catalogue of this mesh has ${mebibytes(bytes)} MiB, over the limit of ${mebibytes(bytesMax)}`,
    next: () =>
      'Remove services with coterie rm, and settle conflicts; what is old is then trimmed within minutes',
  }),
  edgeMayNotWrite: rule<{ name: string; full: readonly string[] }>({
    wire: 146,
    http: 403,
    exit: 1,
    cause: ({ name }) =>
      `${name} is an edge node: it runs what others want, and what is written there never takes effect`,
    next: ({ full }) =>
      full.length === 0
        ? 'Let a full node join, and run this there'
        : `Run this on a full node: ${full.slice(0, NAMED_MAX).join(', ')}`,
  }),
}

/** Nodes that a message names. */
const NAMED_MAX = 5

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024)

const short = (revision: string): string => revision.slice(0, 12)
