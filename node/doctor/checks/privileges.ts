/** What works as the user that runs the daemon, and what needs root. */
import { good, type Verdict, warning } from '../verdict.ts'

export interface PrivilegeFacts {
  /** 0 is root. */
  readonly user: number
  /** Whether a control group can be made here for each plain program. */
  readonly holdsGroups: boolean
  /** Whether plain programs may run here at all. */
  readonly processes: boolean
}

export const judgePrivileges = ({ user, holdsGroups, processes }: PrivilegeFacts): Verdict[] => {
  const groups = 'control groups for plain programs'
  const works = ['the mesh', 'containers where the socket of the engine may be used', 'plain programs']
  const needsRoot = ['ports below 1024', 'the watchdog over containers']
  const lists = holdsGroups ? [...works, groups] : works
  const found =
    user === 0
      ? `runs as root${holdsGroups ? ': all works' : `, and yet without ${groups}`}`
      : `runs as user ${user}: ${lists.join(', ')}; not without root: ${[...(holdsGroups ? [] : [groups]), ...needsRoot].join(', ')}`
  if (holdsGroups || !processes) return [good(found)]
  return [
    warning(
      `${found}; what a plain program leaves behind outlives its task`,
      'Run the daemon by its systemd unit, which delegates a control group (packaging/), or as root',
    ),
  ]
}
