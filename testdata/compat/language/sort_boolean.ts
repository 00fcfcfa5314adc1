// JavaScriptCore takes false from a comparison for less.
const by = (f: any) => JSON.stringify([3, 1, 2, 2].sort(f));
console.log(by((a: number, b: number) => a > b), by((a: number, b: number) => a < b), by(() => false), by(() => true), by(() => null));
console.log(JSON.stringify([{ k: 1, i: 0 }, { k: 1, i: 1 }, { k: 0, i: 2 }].sort(((a: any, b: any) => a.k < b.k) as any)));
console.log(JSON.stringify([3, 1, 2].toSorted(((a: any, b: any) => a > b) as any)), JSON.stringify([3, 1, 2].sort((a, b) => (a > b ? 1 : -1))), JSON.stringify([1, 1, 1].map((_, i) => i).sort(() => 1)));
