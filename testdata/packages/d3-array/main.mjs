import * as d3 from 'd3-array'
const v = [5, 1, 4, undefined, 3, NaN, 1, 9]
console.log(d3.min(v), d3.max(v), d3.extent(v), d3.sum(v), d3.mean(v), d3.median(v), d3.mode(v), d3.deviation(v).toFixed(6), d3.variance(v).toFixed(6), d3.quantile(v, 0.9))
console.log(d3.fsum([0.1, 0.2, 0.3, -0.6]), d3.cumsum([1, 2, 3]), d3.rank([3, 1, 2]), d3.least([3, 1, 2], d3.descending), d3.minIndex(v), d3.count(v))
console.log(d3.bisectLeft([1, 2, 2, 3], 2), d3.bisector((d) => d.x).right([{ x: 1 }, { x: 2 }], 1), d3.bisectCenter([1, 5, 9], 4))
const people = [{ n: 'a', team: 'x', age: 3 }, { n: 'b', team: 'y', age: 5 }, { n: 'c', team: 'x', age: 3 }]
console.log(d3.group(people, (d) => d.team, (d) => d.age), d3.rollup(people, (g) => d3.sum(g, (d) => d.age), (d) => d.team), d3.rollups(people, (g) => g.length, (d) => d.age), d3.index(people, (d) => d.n).get('b').age)
console.log(d3.ticks(0, 1, 5), d3.tickStep(0, 100, 7), d3.nice(0.13, 9.7, 5), d3.range(0, 1, 0.25), d3.tickIncrement(1, 9, 4))
const b = d3.bin().domain([0, 10]).thresholds(4)([1, 2, 2, 7, 9.5])
console.log(b.map((x) => [x.x0, x.x1, ...x]), d3.thresholdFreedmanDiaconis([1, 2, 3, 4, 5], 1, 5), d3.thresholdSturges([1, 2, 3]))
console.log(d3.cross([1, 2], ['a', 'b'], (x, y) => x + y), d3.pairs([1, 2, 4]), d3.transpose([[1, 2], [3, 4]]), d3.zip([1, 2], [3, 4]), d3.merge([[1], [2]]), d3.permute({ a: 1, b: 2 }, ['b', 'a']))
console.log(d3.union([1, 2], [2, 3]), d3.intersection([1, 2], [2, 3]), d3.difference([1, 2], [2]), d3.superset([1, 2], [1]), d3.disjoint([1], [2]), new d3.InternMap([[new Date(0), 1]]).get(new Date(0)))
console.log(d3.sort(people, (d) => -d.age, (d) => d.n).map((d) => d.n), d3.groupSort(people, (g) => g.length, (d) => d.team), d3.scan([3, 1]), d3.shuffler(() => 0.5)([1, 2, 3, 4]), d3.blur([0, 0, 6, 0, 0], 1), d3.quickselect([5, 1, 3, 2], 1)[1], d3.reverse(new Set([1, 2])), d3.flatRollup(people, (g) => g.length, (d) => d.team))
