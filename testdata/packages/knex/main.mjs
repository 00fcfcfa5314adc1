import knex from 'knex'
const db = knex({ client: 'better-sqlite3', connection: { filename: ':memory:' }, useNullAsDefault: true })
await db.schema.createTable('u', t => { t.increments(); t.string('n').notNullable().unique(); t.json('j'); t.timestamp('c').defaultTo('x'); t.integer('p').references('u.id') })
console.log(await db('u').insert([{ n: 'a', j: JSON.stringify({ x: 1 }) }, { n: 'b', p: 1 }]).returning('*'))
console.log(await db('u as x').leftJoin('u as y', 'x.p', 'y.id').select('x.n', { parent: 'y.n' }).orderBy('x.n', 'desc'), await db('u').count({ c: '*' }).first())
try { await db('u').insert({ n: 'a' }) } catch (e) { console.log(e.code, e.message) }
await db.transaction(async t => { await t('u').where({ n: 'a' }).update({ c: 'y' }); }); try { await db.transaction(async t => { await t('u').del(); throw new Error('undo') }) } catch (e) { console.log(e.message) }
console.log(await db('u').pluck('c'), db('u').where('n', 'like', 'a%').orWhereIn('id', [1, 2]).toSQL().toNative(), await db.raw('select ? + ? as s', [1, 2]))
const s = []; for await (const r of db('u').select('n').stream()) s.push(r); console.log(s)
await db.destroy()
