/** Bounds of logging in, with their reasons. */

/** Logins that wait for the one whose password is looked at: each takes some tenths of a second, and nobody waits for long. */
export const PASSWORDS_WAITING_MAX = 8

/** What that one takes, in milliseconds, on a small machine: after it another try is worth while. */
export const PASSWORD_MS = 1_000

/** Attempts to log in: by client and name, by client, and by name, for an attacker has many clients or many names. */
export const ATTEMPTS = {
  own: { burst: 5, everyMs: 30_000 },
  client: { burst: 20, everyMs: 5_000 },
  name: { burst: 60, everyMs: 5_000 },
} as const

/** Sessions that an account begins on one node: each is known to all nodes for a month. A script that logs in each minute may. */
export const SESSIONS_BEGUN = { burst: 60, everyMs: 60_000 } as const

/** Clients and names of which attempts are counted: some MiB, where somebody tries many. */
export const ATTEMPTS_KEPT_MAX = 10_000

/** Sessions of one account made on one node: more are forgotten ones, and the oldest ends. */
export const SESSIONS_OF_ACCOUNT_MAX = 32

/** How often a removal that found no majority is asked for again. */
export const REMOVAL_RETRY_MS = 30_000
