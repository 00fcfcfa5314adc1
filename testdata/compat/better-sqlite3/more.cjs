// transaction, pragma, function, aggregate, table, serialize, backup of better-sqlite3.
const Database = require('better-sqlite3');
const show = (label, fn) => {
  try { console.log(label, fn()); } catch (e) { console.log(label, e.name, e.code ?? '', e.message); }
};
const db = new Database(':memory:');
db.exec('create table t (v integer unique)');
const insert = db.prepare('insert into t values (?)');
const many = db.transaction((vs) => { for (const v of vs) insert.run(v); return vs.length; });
show('transaction', () => many([1, 2, 3]));
show('fails', () => many([4, 1]));
show('count', () => db.prepare('select count(*) from t').pluck().get());
show('modes', () => [many.deferred([5]), many.immediate([6]), many.exclusive([7]), typeof many.default]);
show('nested', () => db.transaction(() => { insert.run(50); try { many([51, 1]); } catch (e) { console.log(e.code); } return db.inTransaction; })());
show('not a function', () => db.transaction(1));
show('async', () => db.transaction(async () => 1)());
show('pragma', () => db.pragma('cache_size', { simple: true }));
show('pragma rows', () => db.pragma('table_info(t)'));
show('pragma bad', () => db.pragma(5));
show('function', () => { db.function('add2', (a, b) => a + b); return db.prepare('select add2(?, ?)').pluck().get(12, 4); });
show('function options', () => { db.function('void', { deterministic: true, varargs: true }, () => {}); return db.prepare('select void(), void(1, 2)').get(); });
show('function throws', () => { db.function('boom', () => { throw new TypeError('boom!'); }); return db.prepare('select boom()').get(); });
show('function bad value', () => { db.function('sym', () => ({})); return db.prepare('select sym()').get(); });
show('aggregate', () => { db.aggregate('addAll', { start: 0, step: (total, next) => total + next }); return db.prepare('select addAll(v) from t').pluck().get(); });
show('average', () => { db.aggregate('avg2', { start: () => [], step: (a, n) => { a.push(n); }, result: (a) => a.reduce((x, y) => x + y, 0) / a.length }); return db.prepare('select avg2(v) from t where v < 4').pluck().get(); });
show('window', () => { db.aggregate('win', { start: 0, step: (t, n) => t + n, inverse: (t, d) => t - d, result: (t) => Math.round(t) }); return db.prepare('select win(v) over (order by v rows between 1 preceding and 1 following) from t where v < 4').pluck().all(); });
show('table', () => { db.table('seq', { columns: ['value'], parameters: ['stop'], rows: function* (stop) { for (let i = 0; i < stop; i++) yield [i]; } }); return db.prepare('select * from seq(3)').pluck().all(); });
const bytes = db.serialize();
show('serialize', () => [Buffer.isBuffer(bytes), bytes.length > 0]);
show('from buffer', () => new Database(bytes).prepare('select count(*) from t').pluck().get());
show('unsafe mode', () => db.unsafeMode(false) === db);
show('iterate and write', () => { for (const row of db.prepare('select v from t').iterate()) { insert.run(1000 + row.v); } });
show('close while iterating', () => { for (const row of db.prepare('select v from t').iterate()) { db.close(); } });
db.backup('backup.db').then((r) => {
  console.log('backup', r, new Database('backup.db').prepare('select count(*) from t').pluck().get());
}, (e) => console.log(e.message));
show('verbose', () => { const lines = []; const d = new Database(':memory:', { verbose: (s) => lines.push(s) }); d.exec('create table x (y)'); d.prepare('insert into x values (?)').run(5); return lines; });
show('load extension', () => db.loadExtension('nothing'));
