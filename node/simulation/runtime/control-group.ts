/** Control groups of the simulated machines: what the watchdog kills without the engine. */
import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { KillHandle } from '../../ports/watchdog.ts'

const ROOT = ':/docker/'

export const groupHandle = (node: NodeId, task: TaskId): KillHandle => ({
  type: 'cgroup',
  path: `${ROOT}${node}/${task}`,
})

/** Whose container a handle means; null for what no simulated runtime gave. */
export const inGroup = (handle: KillHandle): { readonly node: NodeId; readonly task: TaskId } | null => {
  if (handle.type !== 'cgroup' || !handle.path.startsWith(ROOT)) return null
  const [node = '', task = ''] = handle.path.slice(ROOT.length).split('/')
  return { node, task }
}
