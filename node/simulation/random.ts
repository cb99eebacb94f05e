import type { Random } from '../ports/clock.ts'

/**
 * A generator whose numbers depend on the seed alone.
 *
 * xoshiro128** seeded by splitmix32 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018):
 * 32-bit arithmetic only, so every engine gives the same numbers.
 */
export const createRandom = (seed: number): Random => {
  let mixed = seed >>> 0
  const mix = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0
    let word = mixed
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return (word ^ (word >>> 15)) >>> 0
  }
  let [a, b, c, d] = [mix(), mix(), mix(), mix()]
  const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))
  return () => {
    const drawn = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return drawn / 2 ** 32
  }
}

/** A range of numbers, both ends possible for whole ones. */
export type Range = readonly [least: number, most: number]

export const between = (random: Random, range: Range): number => range[0] + random() * (range[1] - range[0])

export const chance = (random: Random, ratio: number): boolean => random() < ratio

/** One of `items`, which are not empty. */
export const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item

/** The items in another order (Fisher and Yates). */
export const shuffle = <Item>(random: Random, items: readonly Item[]): Item[] => {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const item = shuffled[last] as Item
    shuffled[last] = shuffled[other] as Item
    shuffled[other] = item
  }
  return shuffled
}
