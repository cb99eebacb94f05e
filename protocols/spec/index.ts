/** What people want to run, and what a node tells of itself. YAML and Docker are not known here. */
export { specLeaves } from './leaves.ts'
export { type NodeProfile, NodeProfileSchema, nodeRegister, taskRegister } from './node-profile.ts'
export {
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
  type PortSpec,
  PortSpecSchema,
  REPLICAS_MAX,
  type RestartPolicy,
  RestartSchema,
  type ServiceSpec,
  ServiceSpecSchema,
  serviceKey,
  specProblem,
} from './service.ts'
