// What a sort asks, and what contradictory answers make of an array: random arrays, and comparisons among which are common mistakes.
let seed = 1; const rnd = n => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n
let all = 0
for (let t = 0; t < 400; t++) {
  const n = rnd(t < 200 ? 40 : 700), k = 1 + rnd([3, 20, 5000][t % 3]), mode = rnd(6); let h = 0
  const a = Array.from({ length: n }, (_, i) => mode === 5 ? (i < n / 2 ? i : n - i) : rnd(4) === 0 && mode === 4 ? i : rnd(k))
  let calls = 0
  const f = [(a, b) => a - b, (a, b) => b - a, (a, b) => a > b ? 1 : -1, (a, b) => a >= b ? 1 : -1, (a, b) => a - b, (a, b) => ((a * 31 + b * 17 + calls) % 3) - 1][mode === 5 ? 0 : mode === 3 ? 5 : mode]
  a.sort((x, y) => { calls++; h = (h * 31 + x * 7 + y) | 0; return f(x, y) })
  for (const x of a) h = (h * 33 + x) | 0
  all = (all * 31 + h + calls) | 0; if (t % 25 === 0) console.log(t, n, mode, calls, h)
}
console.log(all)
let th = 0; for (let t = 0; t < 50; t++) { const a = Array.from({ length: 200 }, () => rnd(1000)); let c = 0; try { a.sort((x, y) => { if (++c > t * 20) throw new Error('stop'); return x - y }) } catch { th++ } } console.log(th)
console.log([5, undefined, 'b', , 10, 'a', null].sort(), [3, , 1].sort((a, b) => a - b), [,].sort().length)
const big = Array.from({ length: 100000 }, (_, i) => (i * 7919) % 100003); const s = big.slice().sort((a, b) => a - b); console.log(s[0], s[99999], s.every((x, i) => !i || s[i - 1] <= x))
console.log([3, 1, 2].sort((a, b) => a > b), [3, 1, 2].toSorted((a, b) => a < b), [1, 2, 3].sort(() => true), [1, 2, 3].sort(() => false))
