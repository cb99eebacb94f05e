/**
 * What a run plays. `whole`: nodes as the daemon composes them. `log`: of the same nodes only consensus and decisions are started, over
 * the same network, disks and faults; so ten times as much is proposed, read and elected in a fraction of the time.
 */
export type SimulationKind = 'whole' | 'log'
