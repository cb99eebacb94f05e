/** Asks this machine what it is. See docs/design/profile.md. */
import type { ProfileModule } from '../../protocols/control/index.ts'
import { profileOf } from '../../protocols/profile/index.ts'
import { askApart } from './ask-apart.ts'

export const readProfile: ProfileModule['readProfile'] = async ({ dataDir, node, signal }) =>
  profileOf(await askApart({ root: '/', dataDir }, { signal }), node)
