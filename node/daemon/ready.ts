/** What the person who started this node is told. */
import type { ConsensusView } from '../../protocols/consensus/index.ts'
import type { DaemonReady } from '../../protocols/control/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import { directOf } from '../network/index.ts'
import type { Entry } from './enter-mesh.ts'
import type { Ground } from './ground.ts'
import type { MeshFile } from './mesh-file.ts'

const VOTES_ALONE =
  'One node votes alone: if it stops, nothing new is decided. From the third node on (also a Raspberry Pi) any one may stop.'

/** A founder that was killed at once, or whose screen is gone, is not stuck. */
const STILL_ALONE =
  'This machine is alone in its mesh: coterie token create prints the line that brings in the next one.'

const RESTORED =
  'This machine was restored from a backup, and votes again once a majority of the voters has brought it up to date. Where they are lost for good: coterie quorum recover.'

/** Of a machine whose word as a voter counts for nothing yet. */
export const restoredNote = (
  { restored }: Pick<MeshFile, 'restored'>,
  { isObserver }: Pick<ConsensusView, 'isObserver'>,
): string | null => (restored === true && isObserver ? RESTORED : null)

const notesOf = (
  { nodes }: DecisionView,
  { how, notes }: Entry,
  others: readonly (string | null)[],
): string[] => [
  ...notes,
  ...(nodes.size < 3 ? [VOTES_ALONE] : []),
  ...(nodes.size === 1 && how === 'restarted' ? [STILL_ALONE] : []),
  ...others.filter((note) => note !== null),
]

export interface ReadyInit {
  readonly entry: Entry
  readonly view: DecisionView
  /** What other parts have to say; null where they have nothing. */
  readonly others: readonly (string | null)[]
}

type Doors = Omit<DaemonReady, 'node' | 'mesh' | 'how' | 'addresses' | 'socket' | 'notes'>

export const readyOf = (
  { settings, network }: Ground,
  { entry, view, others }: ReadyInit,
  doors: Doors,
): DaemonReady => {
  const { connections } = network
  const { mesh, how } = entry
  return {
    ...doors,
    node: { id: connections.self, name: view.nodes.get(connections.self)?.name ?? settings.nodeName },
    mesh: { id: mesh.mesh, name: mesh.name },
    how,
    addresses: directOf(connections.addresses()),
    socket: settings.socket,
    notes: notesOf(view, entry, others),
  }
}
