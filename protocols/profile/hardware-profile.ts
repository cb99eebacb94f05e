/** The form in which a profile is printed; keys in snake case, because programs outside read it by them. */
import { type Static, Type } from 'typebox'
import { NameSchema } from '../wire/names.ts'

const Text = Type.String({ minLength: 1, maxLength: 120 })
const Amount = Type.Number({ minimum: 0 })
const Celsius = Type.Number({ minimum: -40, maximum: 150 })
const OrNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()])

export const NodeClassSchema = Type.Union([
  Type.Literal('iot'),
  Type.Literal('edge'),
  Type.Literal('laptop'),
  Type.Literal('workstation'),
  Type.Literal('server'),
])

export const SuitabilitySchema = Type.Union([
  Type.Literal('lightweight_compute'),
  Type.Literal('general_compute'),
  Type.Literal('heavy_compute'),
  Type.Literal('gpu_compute'),
  Type.Literal('sensors'),
  Type.Literal('data_collection'),
  Type.Literal('storage'),
  Type.Literal('long_running_services'),
])

export const GpuSchema = Type.Object({
  vendor: Text,
  model: Text,
  memory_gb: OrNull(Amount),
  integrated: Type.Boolean(),
})

/** What is null was not found out, and `unknown` says why; but for a `limits` that is null, which is no limit. */
export const HardwareProfileSchema = Type.Object({
  node_id: OrNull(Type.String()),
  node_name: NameSchema,
  hardware: Type.Object({
    cpu_model: OrNull(Text),
    /** Processors that the kernel schedules on; a part of one where a quota says so. */
    cpu_cores: OrNull(Amount),
    /** GiB. */
    memory_gb: OrNull(Amount),
    /** 10^9 bytes. */
    storage_gb: OrNull(Amount),
    architecture: OrNull(Text),
    device_type: OrNull(Text),
    device_model: OrNull(Text),
  }),
  /** What control groups leave of the machine. */
  limits: Type.Object({ cpu_cores: OrNull(Amount), memory_gb: OrNull(Amount) }),
  capabilities: Type.Object({
    gpu_count: OrNull(Type.Integer({ minimum: 0 })),
    gpus: OrNull(Type.Array(GpuSchema, { maxItems: 64 })),
    network_bandwidth_mbps: OrNull(Amount),
    battery_powered: OrNull(Type.Boolean()),
    thermal_constraints: Type.Object({
      max_temp_celsius: OrNull(Celsius),
      current_temp_celsius: OrNull(Celsius),
    }),
  }),
  classification: Type.Object({ node_class: NodeClassSchema, suitability: Type.Array(SuitabilitySchema) }),
  unknown: Type.Array(Type.Object({ field: Type.String(), reason: Type.String() })),
})

export type HardwareProfile = Static<typeof HardwareProfileSchema>
export type NodeClass = Static<typeof NodeClassSchema>
export type Suitability = Static<typeof SuitabilitySchema>
