/**
 * What a node tells of the tasks that it was given. Who started them, and how, is not known here.
 */
export { isFinal, isForward } from './order.ts'
export * from './types.ts'
