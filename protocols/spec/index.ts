export {
  type BoundPort,
  BoundPortSchema,
  LAST_LINES_MAX,
  type NodeProfile,
  NodeProfileSchema,
  nodeRegister,
  TASK_STATES,
  type TaskState,
  type TaskStatus,
  TaskStatusSchema,
  taskRegister,
} from './observed.ts'
export {
  type PortSpec,
  PortSpecSchema,
  REPLICAS_MAX,
  type RestartPolicy,
  RestartSchema,
  type ServiceSpec,
  ServiceSpecSchema,
  serviceKey,
} from './service.ts'
