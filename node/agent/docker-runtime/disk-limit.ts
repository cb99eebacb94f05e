/** A limit of the disk, on engines whose storage driver can and on those that cannot. */
import type { ContainerCreateOptions } from 'dockerode'
import type { Logger } from '../../ports/logger.ts'
import { isRefusal, refusalText } from './engine.ts'

/** In the words of every driver that cannot (moby, daemon/graphdriver). Its words are all there is to tell it from other refusals. */
const CANNOT = /storage[- ]opt|quota/i

const withoutLimit = ({ HostConfig, ...container }: ContainerCreateOptions): ContainerCreateOptions => {
  const { StorageOpt: _, ...rest } = HostConfig ?? {}
  return { ...container, HostConfig: rest }
}

/**
 * Has containers made with their limit; by an engine that refuses it, without, which is logged once. Their disk is counted all the same,
 * where they were placed.
 */
export const createDiskLimits = (logger: Logger) => {
  let isRefused = false
  return async (
    container: ContainerCreateOptions,
    make: (container: ContainerCreateOptions) => Promise<void>,
  ): Promise<void> => {
    if (container.HostConfig?.StorageOpt === undefined) return make(container)
    if (isRefused) return make(withoutLimit(container))
    try {
      await make(container)
    } catch (error) {
      if (!isRefusal(error) || !CANNOT.test(refusalText(error))) throw error
      isRefused = true
      logger.warn(
        { detail: refusalText(error) },
        'this engine limits the disk of no container: tasks run without that limit',
      )
      await make(withoutLimit(container))
    }
  }
}
