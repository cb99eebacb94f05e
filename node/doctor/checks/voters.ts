/** Whether decisions can be taken, and whether they still can when a machine is gone. */
import { bad, good, type Verdict, warning } from '../verdict.ts'

export interface VoterFacts {
  readonly members: number
  readonly voters: number
  readonly votersAlive: number
  readonly hasQuorum: boolean
}

/** From so many on, more than one votes. */
const MEMBERS_MIN = 3

export const judgeVoters = ({ members, voters, votersAlive, hasQuorum }: VoterFacts): Verdict[] => {
  if (!hasQuorum)
    return [
      bad(
        'no majority of the voters is there: nothing new is decided',
        'Start those that coterie voters shows; only where they are lost for good: coterie quorum recover',
      ),
    ]
  if (members < MEMBERS_MIN)
    return [
      warning(
        'one node votes alone: if it stops, nothing new is decided',
        `Let ${members === 1 ? 'two more machines' : 'a third machine'} join; a Raspberry Pi will do`,
      ),
    ]
  if (voters === 1)
    return [
      warning(
        'one node votes alone as yet: more do once they have caught up',
        'Wait a minute; if it stays so, see coterie voters',
      ),
    ]
  const spare = votersAlive - ((voters >> 1) + 1)
  if (spare === 0)
    return [
      warning(
        `${votersAlive} of ${voters} voters are there: with one less, nothing new is decided`,
        'Start those that coterie voters shows; others take their place after a minute where there are any',
      ),
    ]
  return [
    good(
      `${voters} of ${members} members vote; ${spare === 1 ? 'any one' : `any ${spare}`} of them may stop`,
    ),
  ]
}
