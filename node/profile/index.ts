/** Asks this machine what it is, and how it is doing. See docs/design/profile.md. */
import type { ProfileModule } from '../../protocols/control/index.ts'
import { profileOf } from '../../protocols/profile/index.ts'
import { askApart } from './ask-apart.ts'

export { type ConditionWatch, createConditionWatch } from './condition-watch.ts'

export const readProfile: ProfileModule['readProfile'] = async ({ dataDir, node, signal }) =>
  profileOf(await askApart({ root: '/', dataDir }, { signal }), node)
