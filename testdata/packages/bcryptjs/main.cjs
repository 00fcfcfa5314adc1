const bcrypt = require('bcryptjs')
const salt = '$2b$04$abcdefghijklmnopqrstuu'
const hash = bcrypt.hashSync('correct horse', salt)
console.log(hash, bcrypt.getRounds(hash), bcrypt.getSalt(hash))
console.log(bcrypt.compareSync('correct horse', hash), bcrypt.compareSync('wrong', hash), bcrypt.compareSync('x', 'garbage'))
console.log(bcrypt.compareSync('', '$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkY8jIucDrjc8deX1s0.'))
console.log(bcrypt.compareSync('abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'))
console.log(bcrypt.hashSync('grüße 🎉', salt), bcrypt.truncates('x'.repeat(73)), bcrypt.truncates('x'.repeat(72)))
const fresh = bcrypt.genSaltSync(4)
console.log(fresh.length, fresh.slice(0, 7), fresh !== bcrypt.genSaltSync(4))
for (const bad of [['x', '$9z$04$abcdefghijklmnopqrstuu'], ['x', 'short'], [1, salt]]) try { bcrypt.hashSync(...bad) } catch (e) { console.log(e.message) }
bcrypt.genSalt(4).then((s) => bcrypt.hash('pw', s)).then((h) => bcrypt.compare('pw', h)).then((ok) => console.log('async', ok)).then(() => {
  bcrypt.hash('cb', 4, (e, h) => bcrypt.compare('cb', h, (e2, ok) => console.log('callback', e, ok)), (p) => { if (p === 1) console.log('progress') })
})
