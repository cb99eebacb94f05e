/** What people want to run, and what a node tells of itself. YAML and Docker are not known here. */
export { ALLOWS_MAX, AllowSchema, beyondOf, bindNeeds, isAllowed, plainPath } from './beyond.ts'
export { type Container, ContainerSchema, type HostNamespace } from './container.ts'
export { DEPENDENCIES_MAX, type Dependency } from './dependencies.ts'
export type { Device, Gpus } from './hardware.ts'
export { type Healthcheck, RETRIES_MAX } from './healthcheck.ts'
export {
  DOCKER_HUB,
  type ImageName,
  imageReference,
  parseImageName,
  pinImage,
  registryKey,
  unpinnedImage,
} from './image-name.ts'
export { specLeaves } from './leaves.ts'
export { MOUNTS_MAX, type Mount, namedVolumes } from './mounts.ts'
export { type NodeProfile, NodeProfileSchema, nodeRegister, taskRegister } from './node-profile.ts'
export {
  CONSTRAINTS_MAX,
  type Constraint,
  constraintText,
  type PlacementRules,
  SPREADS_MAX,
  type Strategy,
} from './placement.ts'
export { type OutOfRange, outOfRange, POLICIES, type Policy } from './policy.ts'
export { REPLICAS_MAX } from './replicas.ts'
export {
  DISK_MAX_MB,
  MEMORY_LIMIT_MIN_MB,
  MEMORY_MAX_MB,
  MILLI_CPUS_MAX,
  MILLI_CPUS_MIN,
  NOMINAL_MEMORY_MB,
  PIDS_MAX,
  type Reservation,
  type Resources,
  ResourcesSchema,
  reservationOf,
  reservedMemoryMb,
} from './resources.ts'
export {
  ATTEMPTS_MAX,
  DURATION_MS_MAX,
  type RestartConfig,
  ROLLOUT_DEFAULTS,
  type Rollout,
} from './rollout.ts'
export {
  isHostPort,
  isIngressPort,
  type PortSpec,
  PortSpecSchema,
  type RestartPolicy,
  RestartSchema,
  type ServiceSpec,
  ServiceSpecSchema,
  serviceKey,
  specProblem,
} from './service.ts'
export {
  describeRollout,
  isSameTask,
  rollbackPolicyOf,
  UP_WITHIN_MS,
  type UpdatePolicy,
  updatePolicyOf,
  whyStopFirst,
} from './update.ts'
