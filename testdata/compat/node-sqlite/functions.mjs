// ref: node24
// User functions and aggregates.
import { DatabaseSync } from 'node:sqlite';
const show = (label, fn) => {
  try { console.log(label, fn()); } catch (e) { console.log(label, e.name, e.code, e.message); }
};
const db = new DatabaseSync(':memory:');
const one = (sql, ...p) => ({ ...db.prepare(sql).get(...p) });
db.function('double', (x) => x * 2);
show('double', () => one('select double(21) as v'));
db.function('types', (a, b, c, d) => [a, b, c, d].map((v) => v === null ? 'null' : v.constructor.name).join());
show('types', () => one("select types(1, 1.5, 'x', null) as v"));
db.function('blob', (b) => new Uint8Array([...b, 9]));
show('blob', () => one("select blob(x'0102') as v"));
db.function('fails', () => { throw new RangeError('from the function'); });
show('fails', () => one('select fails() as v'));
db.function('bad', () => ({}));
show('bad', () => one('select bad() as v'));
db.function('undef', () => undefined);
show('undefined', () => one('select undef() as v'));
db.function('big', { useBigIntArguments: true }, (x) => { return typeof x === 'bigint' ? x + 1n : -1; });
show('bigint', () => one('select big(41) as v'));
db.function('many', { varargs: true }, (...a) => a.length);
show('varargs', () => one('select many() as a, many(1,2,3) as b'));
show('wrong count', () => one('select double(1, 2) as v'));
db.function('det', { deterministic: true }, (x) => x);
show('in index', () => { db.exec('create table t (a); create index i on t (det(a)); insert into t values (3), (4)'); return one('select sum(double(a)) as s from t where det(a) > 3'); });
show('not deterministic', () => db.exec('create index j on t (double(a))'));
show('direct only', () => { db.function('d', { directOnly: true }, () => 1); db.exec('create view v as select d() as x'); return one('select * from v'); });
db.aggregate('sumint', { start: 0, step: (acc, v) => acc + v });
show('aggregate', () => one('select sumint(a) as s from t'));
db.aggregate('joined', { start: () => [], step: (acc, v) => { acc.push(v); return acc; }, result: (acc) => acc.join('-') });
show('aggregate result', () => one('select joined(a) as s from t'));
show('empty aggregate', () => one('select joined(a) as s from t where 0'));
db.aggregate('winsum', { start: 0, step: (acc, v) => acc + v, inverse: (acc, v) => acc - v });
show('window', () => db.prepare('select winsum(a) over (order by a rows 1 preceding) as s from t').all().map((r) => r.s));
show('nested query', () => { db.function('count_t', () => db.prepare('select count(*) as n from t').get().n); return one('select count_t() as n'); });
show('bad name', () => db.function(5, () => 1));
show('bad function', () => db.function('x', 5));
show('in where', () => db.prepare('select a from t where double(a) = 8').all().map((r) => r.a));
show('order', () => { db.exec('insert into t values (1)'); return db.prepare('select a from t order by -double(a)').all().map((r) => r.a); });
