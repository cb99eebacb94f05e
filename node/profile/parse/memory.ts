/** More than any machine has; what tells of more is broken. */
const MEMORY_BYTES_MAX = 64 * 2 ** 40

/** `MemTotal` of `/proc/meminfo`. @throws Error where it is none */
export const totalMemory = (meminfo: string): number => {
  const kilobytes = /^MemTotal:\s+(\d{1,15}) kB$/m.exec(meminfo)?.[1]
  const bytes = Number(kilobytes) * 1024
  if (!(bytes > 0 && bytes <= MEMORY_BYTES_MAX)) throw new Error('/proc/meminfo tells no total that can be')
  return bytes
}
