/** `/sys/class/power_supply/NAME/uevent`: what feeds the machine. */
import { fieldOf } from './text.ts'

/**
 * Whether a battery is being emptied to run the machine. The battery of a mouse says that its scope is a device; a UPS
 * counts while it gives.
 */
export const isOnBattery = (supplies: readonly string[]): boolean => {
  const told = supplies.map((uevent) => {
    const tell = (key: string) => fieldOf(uevent, `POWER_SUPPLY_${key}`)
    return {
      type: tell('TYPE'),
      feedsMachine: tell('SCOPE') !== 'Device' && tell('PRESENT') !== '0',
      status: tell('STATUS'),
      online: tell('ONLINE'),
    }
  })
  const feeds = told.filter(({ feedsMachine }) => feedsMachine)
  const batteries = feeds.filter(({ type }) => type === 'Battery')
  const chargers = feeds.filter(({ type }) => type === 'Mains' || type === 'USB' || type === 'Wireless')
  if (feeds.some(({ type, status }) => type === 'UPS' && status === 'Discharging')) return true
  // A charger that gives less than is used: it is plugged in all the same.
  if (batteries.length === 0 || chargers.some(({ online }) => online !== null && online !== '0')) return false
  const unplugged = chargers.length > 0
  const isFed = (status: string | null) => status === 'Charging' || status === 'Full'
  return batteries.some(({ status }) => status === 'Discharging' || (unplugged && !isFed(status)))
}
