import { isCoterieError } from '../protocols/errors/index.ts'

const GONE = ['streamBroken', 'daemonStopping', 'daemonUnreachable', 'entriesUnreachable'] as const

/** True where the daemon that was asked stops, or is not there. */
export const isGone = (error: unknown): boolean => GONE.some((code) => isCoterieError(error, code))
