/** Consensus on this node: the pure machine, given network, disk and clock; see docs/design/consensus.md. */
export { createInterpreter, type Interpreter, type InterpreterParts } from './interpreter.ts'
export { createTimers } from './timers.ts'
