import type { MembershipService } from '../membership/index.ts'
import type { Reach } from '../ports/network.ts'

/** Nothing goes through a member that membership holds dead: who fell silent without a word has its connections still. */
export const followSilence = ({
  membership,
  reach,
}: {
  readonly membership: Pick<MembershipService, 'members' | 'onChange'>
  readonly reach: Pick<Reach, 'setSilent'>
}): void => {
  membership.onChange(({ member, previous }) => {
    if (member?.state !== 'dead' && previous?.state !== 'dead') return
    const dead = membership.members().filter(({ state }) => state === 'dead')
    reach.setSilent(new Set(dead.map(({ node }) => node)))
  })
}
