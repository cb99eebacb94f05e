/**
 * Graphics cards as `systeminformation` finds them: it starts lspci, dmidecode, nvidia-smi, clinfo, xdpyinfo and xrandr, none of
 * them with a limit of time and some synchronously. So this is called only in a process that may be killed.
 */
import { graphics } from 'systeminformation'
import type { GraphicsCard } from '../ports/machine.ts'

/** NVIDIA's driver tells of memory in MiB. What others seem to have is the size of a window on their bus. */
const MIB = 2 ** 20

export const graphicsCards = async (): Promise<readonly GraphicsCard[]> => {
  const { controllers } = await graphics()
  return controllers.map(({ busAddress = '', name, model, memoryTotal }) => ({
    busAddress,
    model: name ?? model ?? '',
    memoryBytes: memoryTotal !== undefined && memoryTotal > 0 ? memoryTotal * MIB : null,
  }))
}
