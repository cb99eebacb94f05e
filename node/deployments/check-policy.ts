import { CoterieError } from '../../protocols/errors/index.ts'
import { type OutOfRange, outOfRange, type Policy, type ServiceSpec } from '../../protocols/spec/index.ts'

/** By what a person calls it in a Compose file, and how an amount of it is written there. */
const LIMITS: Readonly<
  Record<OutOfRange['limit'], { readonly key: string; written(amount: number): string }>
> = {
  milliCpus: { key: 'deploy.resources.limits.cpus', written: (milli) => String(milli / 1000) },
  memoryMb: { key: 'deploy.resources.limits.memory', written: (mib) => `${mib}m` },
  diskMb: { key: 'storage_opt.size', written: (mib) => `${mib}m` },
}

/** Nothing is written that this node's policy has something against. @throws `limitOutOfRange` */
export const checkPolicy = (policy: Policy, spec: ServiceSpec): void => {
  const found = outOfRange(policy, spec)
  if (found === null) return
  const { key, written } = LIMITS[found.limit]
  throw new CoterieError('limitOutOfRange', {
    service: spec.name,
    policy,
    limit: key,
    value: found.value === null ? null : written(found.value),
    least: written(found.least),
    most: written(found.most),
  })
}
