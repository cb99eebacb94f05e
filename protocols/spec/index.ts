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
