import Fuse from 'fuse.js'
const books = [
  { title: "Old Man's War", author: { first: 'John', last: 'Scalzi' }, tags: ['war', 'space'] },
  { title: 'The Lock Artist', author: { first: 'Steve', last: 'Hamilton' }, tags: ['crime'] },
  { title: 'HTML5', author: { first: 'Remy', last: 'Sharp' }, tags: ['web', 'markup'] },
  { title: 'Right Ho Jeeves', author: { first: 'P.D', last: 'Woodhouse' }, tags: ['humour'] },
  { title: 'The Code of the Wooster', author: { first: 'P.D', last: 'Woodhouse' }, tags: ['humour', 'code'] },
]
const show = (list) => console.log(list.map((r) => [r.refIndex, r.item.title ?? r.item, r.score?.toFixed(6)].join(' ')))
const fuse = new Fuse(books, { keys: ['title', 'author.last', { name: 'tags', weight: 0.3 }], includeScore: true, includeMatches: true, threshold: 0.4 })
show(fuse.search('wood')); show(fuse.search('oldman')); show(fuse.search('code', { limit: 1 })); show(fuse.search('zzzz'))
console.log(JSON.stringify(fuse.search('hamil')[0].matches))
const ext = new Fuse(books, { keys: ['title', 'author.first'], useExtendedSearch: true, includeScore: true })
for (const q of ["'Lock", '^The', 'Jeeves$', '!Woo', '^The | HTML', '=HTML5']) show(ext.search(q))
show(ext.search({ $and: [{ title: 'the' }, { 'author.first': 'P.D' }] })); show(ext.search({ $or: [{ title: '=HTML5' }, { title: '^Old' }] }))
const strings = new Fuse(['apple', 'orange', 'banana', 'äpfel'], { includeScore: true, ignoreDiacritics: true, ignoreLocation: true, minMatchCharLength: 2, isCaseSensitive: false })
show(strings.search('APLE')); show(strings.search('apfel'))
strings.add('pineapple'); strings.remove((s) => s === 'banana')
show(strings.search('apple'))
console.log(strings.getIndex().size(), JSON.stringify(Fuse.createIndex(['title'], books.slice(0, 1)).toJSON()))
show(new Fuse(books, { keys: [{ name: 'full', getFn: (b) => b.author.first + ' ' + b.author.last }], includeScore: true, shouldSort: true }).search('remy sh'))
