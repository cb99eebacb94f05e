/** What people want to run, and what a node tells of itself. YAML and Docker are not known here. */
export { specLeaves } from './leaves.ts'
export { type NodeProfile, NodeProfileSchema, nodeRegister, taskRegister } from './node-profile.ts'
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
