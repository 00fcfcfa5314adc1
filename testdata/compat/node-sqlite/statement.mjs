// ref: node24
// StatementSync: all, get, run, iterate, columns, settings.
import { DatabaseSync } from 'node:sqlite';
const show = (label, fn) => {
  try { console.log(label, fn()); } catch (e) { console.log(label, e.name, e.code, e.errcode ?? '', e.message); }
};
const db = new DatabaseSync(':memory:');
db.exec('create table u (id integer primary key, name text, data blob) ');
const ins = db.prepare('insert into u (name, data) values (?, ?)');
show('run', () => ins.run('ann', new Uint8Array([1, 2])));
show('run 2', () => ins.run('bob', null));
show('all', () => db.prepare('select * from u').all());
show('get', () => db.prepare('select * from u where id = ?').get(1));
show('get none', () => db.prepare('select * from u where id = 9').get());
show('proto', () => Object.getPrototypeOf(db.prepare('select 1').get()));
show('iterate', () => [...db.prepare('select name from u').iterate()]);
show('iterator', () => { const it = db.prepare('select name from u').iterate(); return [it.next(), it.return(), it.next(), typeof it.map]; });
show('columns', () => db.prepare('select id as i, name, 1 + 1 from u').columns());
show('sourceSQL', () => db.prepare('select ? as x').sourceSQL);
show('expandedSQL', () => { const s = db.prepare('select ? as x'); s.get('it'); return s.expandedSQL; });
show('named', () => db.prepare('select $a as a, :b as b, @c as c').get({ $a: 1, b: 2, '@c': 3 }));
show('named bare', () => db.prepare('select $a as a').get({ a: 1 }));
show('named unknown', () => db.prepare('select $a as a').get({ zzz: 1 }));
show('bare off', () => { const s = db.prepare('select $a as a'); s.setAllowBareNamedParameters(false); return s.get({ a: 1 }); });
show('unknown on', () => { const s = db.prepare('select $a as a'); s.setAllowUnknownNamedParameters(true); return s.get({ a: 1, q: 2 }); });
show('named and positional', () => db.prepare('select $a as a, ? as b').get({ a: 1 }, 2));
show('missing', () => db.prepare('select ? as a, ? as b').get(1));
show('too many', () => db.prepare('select ? as a').get(1, 2));
show('bigint', () => { const s = db.prepare('select 9007199254740993 as v, 5 as w'); s.setReadBigInts(true); return s.get(); });
show('unsafe int', () => db.prepare('select 9007199254740993 as v').get());
show('arrays', () => { const s = db.prepare('select id, name from u'); s.setReturnArrays(true); return s.all(); });
for (const v of [undefined, true, Symbol('s'), {}, [], () => 1, 2n ** 64n, 5n, 1.5, 'x', null, new Date(0), new ArrayBuffer(2), new DataView(new ArrayBuffer(2)), NaN]) {
  show('bind ' + (typeof v), () => db.prepare('select ? as v, typeof(?) as t').get(v, v));
}
show('changes bigint', () => { const s = db.prepare('insert into u (name) values (1)'); s.setReadBigInts(true); return s.run(); });
show('constraint', () => db.prepare('insert into u (id) values (1)').run());
show('syntax', () => db.prepare('selec'));
show('prepare type', () => db.prepare(5));
show('empty', () => db.prepare(''));
show('returning', () => db.prepare('insert into u (name) values (?) returning id, name').get('zed'));
show('finalized by close', () => { const s = db.prepare('select 1 as one'); db.close(); return s.get(); });
