/**
 * Runs on this machine what committed decisions give to this node, and tells how it is; see docs/design/agent.md.
 */
export type { DesiredTask } from './advance.ts'
export { type Agent, type AgentComponents, createAgent, type StatusListener } from './agent.ts'
