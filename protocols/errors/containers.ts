import { rule } from './rule.ts'

/** Errors of what a service asks of the machine around its container. Wire numbers 366 to 379. */
export const containerErrors = {
  /** In the words of `beyondOf`. */
  beyondNotAllowed: rule<{ service: string; needs: readonly string[] }>({
    wire: 366,
    http: 403,
    exit: 2,
    cause: ({ service, needs }) =>
      `${service} reaches beyond its container, which this node does not allow: ${needs.join(', ')}`,
    next: ({ needs }) =>
      `Start the node with --allow ${needs.join(',')} if it may have that, or take it out of the file`,
  }),
  /** `value` and the range are written with their units; null where nothing is said. */
  limitOutOfRange: rule<{
    service: string
    policy: string
    limit: string
    value: string | null
    least: string
    most: string
  }>({
    wire: 367,
    http: 403,
    exit: 1,
    cause: ({ service, policy, limit, value, least, most }) =>
      `${service} ${value === null ? `says no ${limit}` : `says ${value} for ${limit}`}, and the policy ${policy} wants ${least} to ${most}`,
    next: ({ limit, least, most }) => `Write ${limit} from ${least} to ${most}; nothing was deployed`,
  }),
  volumeMissing: rule<{ volume: string }>({
    wire: 368,
    http: 404,
    exit: 1,
    cause: ({ volume }) => `the external volume ${volume} is not on this node`,
    next: ({ volume }) =>
      `Make it there with docker volume create ${volume}, or leave out external: for one that Coterie makes`,
  }),
  engineTooOld: rule<{ service: string; key: string; needed: string; api: string }>({
    wire: 369,
    http: 409,
    exit: 1,
    cause: ({ service, key, needed, api }) =>
      `${service} has ${key}, which Docker's API knows from ${needed} on; the engine of this node speaks ${api}`,
    next: ({ key }) => `Update Docker on that node, or take ${key} out of the file`,
  }),
}
