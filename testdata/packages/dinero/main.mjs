import { add, allocate, compare, convert, dinero, isZero, multiply, subtract, toDecimal, toSnapshot } from 'dinero.js'

const EUR = { code: 'EUR', base: 10, exponent: 2 }, JPY = { code: 'JPY', base: 10, exponent: 0 }
const d = dinero({ amount: 1000, currency: EUR })
console.log(toDecimal(add(d, multiply(d, { amount: 25, scale: 1 }))))
// Remainders go to shares in the order that a contradictory comparison leaves.
for (const ratios of [[1, 1, 1], [1, 2, 1, 2], [50, 50, 0, 1], Array(7).fill(1), [3, 3, 1, 1]]) console.log(ratios.join(':'), allocate(d, ratios).map((x) => toDecimal(x)).join(' '))
console.log(allocate(dinero({ amount: -101, currency: EUR }), [1, 1]).map((x) => toSnapshot(x)))
console.log(toSnapshot(convert(d, JPY, { JPY: { amount: 1625, scale: 1 } })), compare(d, dinero({ amount: 999, currency: EUR })), isZero(subtract(d, d)))
try { add(d, dinero({ amount: 1, currency: JPY })) } catch (e) { console.log(e.name, e.message) }
