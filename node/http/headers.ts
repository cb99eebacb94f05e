/**
 * Headers by which a browser is told to do nothing with an answer but to show it.
 *
 * No `Strict-Transport-Security`: it would hold for every port of the name, and so shut what else is served on this machine.
 */

/** For every answer of the API, which is never a page: it is of now, is what its type says, and nothing may frame, embed or run it. */
export const DATA_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const
