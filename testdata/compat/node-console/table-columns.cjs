console.table([1,2],['x'])
console.table([{a:1,b:2},5,null,{a:3}],['a','z'])
console.table([{a:1},5])
console.table([[1,2],[3]],['1'])
console.table({r1:{a:1},r2:7},['a'])

