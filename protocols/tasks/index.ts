/**
 * What a node tells of the tasks that it was given. Who started them, and how, is not known here.
 */
export {
  LOG_BATCH_LINES_MAX,
  LOG_LINE_LENGTH_MAX,
  LOG_TAIL_MAX,
  LogLineSchema,
  logBatchCodec,
  logsRequestCodec,
} from './log-messages.ts'
export { isFinal, isForward } from './order.ts'
export * from './types.ts'
