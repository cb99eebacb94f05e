/** What a machine is, and what it is good for. See docs/design/profile.md. */
export { classify } from './classify.ts'
export {
  type Condition,
  ConditionSchema,
  conditionOf,
  conditionRegister,
  strainOf,
} from './condition.ts'
export type { Device, Fact, Facts, Gpu, Limited, Temperature } from './facts.ts'
export type { HardwareProfile, NodeClass, Suitability } from './hardware-profile.ts'
export { type ProfiledNode, profileOf } from './profile-of.ts'
