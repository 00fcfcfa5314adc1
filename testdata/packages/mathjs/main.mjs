import { create, all, evaluate, parse, derivative, simplify, matrix, inv, det, multiply, complex, unit, fraction, bignumber, format, chain, rationalize, mean, std, median, lusolve, eigs, gcd, sqrt, typed, compile } from 'mathjs'
console.log(evaluate('2 + 3 * 4 ^ 2 / (1 - 5)'), evaluate('sqrt(-4)').toString(), evaluate('5.08 cm to inch').toString(), evaluate('sin(45 deg) ^ 2').toFixed(6))
console.log(derivative('x^3 + 2x sin(x)', 'x').toString(), '|', simplify('2x + 3x - x * 1 + 0').toString(), '|', rationalize('1/(x+1) + 2').toString())
console.log(parse('f(x, y) = x^y + a[1]').toTex(), parse('1 + 2 * x').toString({ parenthesis: 'all' }), parse('a + b').filter((n) => n.isSymbolNode).map((n) => n.name))
const m = matrix([[1, 2], [3, 4]])
console.log(det(m), inv(m).toString(), multiply(m, [5, 6]).toString(), evaluate('[1,2;3,4]\' * 2').toString(), lusolve([[2, 1], [1, 3]], [3, 5]).toString())
console.log(eigs([[2, 0], [0, 3]]).values.toString(), complex('2+3i').mul(complex(0, 1)).toString(), fraction(1, 3).add(fraction('1/6')).toFraction(), bignumber('0.1').plus('0.2').toString())
console.log(unit('60 km/h').to('m/s').toString(), unit(1, 'kg').multiply(unit(9.8, 'm/s^2')).to('N').toString(), mean(1, 2, 3, 4), std([2, 4, 4, 4, 5, 5, 7, 9]).toFixed(4), median([3, 1, 2]))
console.log(format(1 / 3, { precision: 5 }), format(123456789, { notation: 'engineering' }), format(0.00001), chain(3).add(4).multiply(2).done(), gcd(12, 18), sqrt(2).toFixed(10))
const scope = { a: 3 }
console.log(evaluate(['b = a * 2', 'g(x) = x + b', 'g(4)'], scope), Object.keys(scope), compile('a^2').evaluate({ a: 9 }))
const math = create(all, { number: 'BigNumber', precision: 40 })
console.log(math.evaluate('1/3').toString(), math.evaluate('factorial(30)').toString())
math.import({ twice: math.typed('twice', { number: (x) => x * 2, string: (s) => s + s }) })
console.log(math.twice(4), math.twice('ab'), math.evaluate('2 in to cm').toString())
for (const bad of ['2 +', 'undefinedfn(1)', '1 kg + 1 m', '[1,2] * [1,2,3]']) try { evaluate(bad) } catch (e) { console.log(e.name, e.message) }
