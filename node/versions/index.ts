/** Raises the mesh version when all members support a greater one, and hands over where this node is too old to lead. */
export { createVersionKeeper, SILENT_FOR_GOOD_MS, type VersionKeeperComponents } from './version-keeper.ts'
