import { Readable } from 'node:stream';
const nums = () => Readable.from([1, 2, 3, 4, 5]);
const J = async p => console.log(JSON.stringify(await p));
await J(nums().map(x => x * 2).toArray());
await J(nums().map(async x => { await new Promise(f => setTimeout(f, 6 - x)); return x; }, { concurrency: 3 }).toArray());
await J(nums().filter(x => x % 2).toArray());
await J(nums().take(2).toArray());
await J(nums().drop(3).toArray());
await J(nums().flatMap(x => [x, x]).toArray());
await J(nums().reduce((a, b) => a + b));
await J(nums().reduce((a, b) => a + b, 10));
await J(nums().some(x => x > 4)); await J(nums().every(x => x > 0)); await J(nums().find(x => x > 2)); await J(nums().find(x => x > 20) === undefined ? 'none' : 0);
const seen = []; await nums().forEach(x => seen.push(x)); console.log(seen.join());
await J(nums().asIndexedPairs().toArray());
try { await Readable.from([]).reduce((a, b) => a + b); } catch (e) { console.log(e.name, e.code, e.message); }
try { nums().map(1); } catch (e) { console.log(e.name, e.code, e.message); }
try { nums().take(-1); } catch (e) { console.log(e.name, e.code, e.message); }
try { nums().map(x => x, { concurrency: 0 }); } catch (e) { console.log(e.name, e.code, e.message); }
try { await nums().map(x => { if (x === 2) throw new Error('two'); return x; }).toArray(); } catch (e) { console.log(e.message); }
const ac = new AbortController(); const p = nums().map(async (x, { signal }) => { if (x === 1) ac.abort(); await new Promise(f => setTimeout(f, 2)); return x; }, { signal: ac.signal }).toArray();
try { await p; } catch (e) { console.log(e.name, e.code); }
try { await nums().toArray({ signal: AbortSignal.abort() }); } catch (e) { console.log(e.name, e.code, e.message); }
await J(nums().compose(async function* (s) { for await (const x of s) yield x + 100; }).toArray());
