/**
 * The data directory and the store in it, on LevelDB. See docs/design/storage.md.
 *
 * Guarantees: what a write resolved for is on disk; one daemon at a time; damage is reported, and what is
 * damaged is never dropped; a copy of a store has another name. Not guaranteed: that a disk put back as it once was is noticed.
 */
export { DATA_FORMAT, openDataDir } from './data-dir.ts'
export { createIdentity, type Identity, loadIdentity } from './identity.ts'
export { damagedStores, type MendedStore, type MendInit, mendStore } from './mend-store.ts'
export { writeSecretFile } from './secret-file.ts'
export { openStage, type Stage } from './stage.ts'
export { markStart } from './start-mark.ts'
export { type OpenStore, openStore, type StoreInit } from './store.ts'
export {
  begunSuccessor,
  discardSuccessor,
  finishSuccession,
  forgetReplaced,
  openSuccessor,
  type Successor,
} from './succession.ts'
