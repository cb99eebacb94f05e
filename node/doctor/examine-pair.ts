import type { DoctorRequest, Finding } from '../../protocols/control/index.ts'
import { doctorQuestionCodec, type LinkFacts, linkFactsCodec } from '../../protocols/doctor/index.ts'
import { CoterieError, errorBody } from '../../protocols/errors/index.ts'
import { PROTOCOLS } from '../../protocols/wire/index.ts'
import { judgeConnections, memberOf } from './judge-connections.ts'
import type { Member } from './links/link.ts'
import { measureLink } from './links/measure-link.ts'
import { TRY_MS_MAX } from './links/serve.ts'
import type { DoctorComponents } from './types.ts'
import { bad } from './verdict.ts'

/** A try, and the way there and back. */
export const ASK_MS_MAX = TRY_MS_MAX + 4_000

/**
 * The connection of two members, as each of them finds it: one after the other, so that neither is measured under the load of
 * the other. @throws `notAMember`, `requestInvalid`
 */
export const examinePair = async (
  components: DoctorComponents,
  { a, b }: NonNullable<DoctorRequest['pair']>,
  signal: AbortSignal,
): Promise<Finding[]> => {
  if (a === b) throw new CoterieError('requestInvalid', { detail: 'a pair is of two members' })
  for (const node of [a, b])
    if (!components.members().has(node)) throw new CoterieError('notAMember', { peer: node })
  const [one, other] = [memberOf(components, a), memberOf(components, b)]
  return [
    ...(await examineEnd(components, one, other, signal)),
    ...(await examineEnd(components, other, one, signal)),
  ]
}

const examineEnd = async (
  components: DoctorComponents,
  from: Member,
  to: Member,
  signal: AbortSignal,
): Promise<Finding[]> => {
  try {
    return judgeConnections(components, [{ from, to, facts: await factsFrom(components, from, to, signal) }])
  } catch (error) {
    const verdict = bad(
      `${from.name} cannot be asked: ${errorBody(error).message}`,
      `See what is between here and ${from.name}: coterie doctor; or look at its log`,
    )
    return [{ id: 'direct', about: `${from.name} to ${to.name}`, ...verdict }]
  }
}

/** Measured here, or by the member itself. */
const factsFrom = async (
  components: DoctorComponents,
  from: Member,
  to: Member,
  signal: AbortSignal,
): Promise<LinkFacts> => {
  const { connections, lookAround, requests } = components
  if (from.node === connections.self) return measureLink(components, to.node, lookAround(signal), signal)
  const question = doctorQuestionCodec.encode({ type: 'try', node: to.node })
  const options = { timeoutMs: ASK_MS_MAX, signal }
  return linkFactsCodec.decode(await requests.request(from.node, PROTOCOLS.doctor, question, options))
}
