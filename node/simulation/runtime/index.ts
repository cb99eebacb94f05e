/** A `Runtime` over a model of a container engine, which outlives the daemon's lives and can fail in every way that Docker's may. */
export { createDrawnBehaviours, QUIET } from './behaviours.ts'
export { inGroup } from './control-group.ts'
export { createSimulatedEngine } from './engine.ts'
export type { SimulatedEngine } from './engine-types.ts'
export { openSimulatedRuntime, type SimulatedRuntimeComponents } from './runtime.ts'
export type {
  Behaviour,
  BehaviourOf,
  ContainerEvent,
  ContainerView,
  ProgramEnd,
  SimulatedEngineComponents,
  TimedLine,
} from './types.ts'
