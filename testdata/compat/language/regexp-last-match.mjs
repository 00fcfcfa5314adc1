import vm from 'node:vm'
const show = (...list) => console.log(JSON.stringify(list))
show(RegExp.input, RegExp.$1, RegExp.lastMatch, RegExp.leftContext)
if (/(a)(b)?(c)?/.test('xaby')) show(RegExp.$1, RegExp.$2, RegExp.$3, RegExp.$4)
show(RegExp.lastMatch, RegExp['$&'], RegExp.lastParen, RegExp['$+'], RegExp.leftContext, RegExp['$`'], RegExp.rightContext, RegExp["$'"], RegExp.input, RegExp.$_)
show(/nothing/.test('xaby'), RegExp.$1)
show('foo-bar'.replace(/(\w)-(\w)/, () => RegExp.$2 + RegExp.$1), 'a1b2'.replace(/(\w)(\d)/g, () => RegExp.$1))
show('x-y'.split(/(-)/), RegExp.leftContext, 'xayazb'.match(/a(.)/g), RegExp.$1, 'hello'.search(/l(.)/), RegExp.$1, RegExp.rightContext)
show([...'k1k2'.matchAll(/k(\d)/g)].length, RegExp.$1, 'abc'.replaceAll(/(c)/g, ''), RegExp.$1, 'abc'.replace(/(b)/, ''), RegExp.$1)
show('é日本'.replace(/(?<n>日)(本)/u, '$<n>'), RegExp.$1, RegExp.$2, RegExp.leftContext, RegExp.rightContext)
show(/(1)(2)(3)(4)(5)(6)(7)(8)(9)(10)(11)/.exec('1234567891011').length, RegExp.$9, RegExp.lastParen, RegExp.$10)
show(/a/.test('a'), RegExp.$1, RegExp.lastParen)
class Pattern extends RegExp {}
show(new Pattern('(w)').exec('w')[0], Pattern.$1, RegExp.$1)
show(vm.runInNewContext('/(v)/.test("v"); RegExp.$1'), RegExp.$1)
RegExp.input = 5
RegExp.$1 = 'ignored'
show(RegExp.input, RegExp.$1, RegExp.leftContext)
const { get, set, ...flags } = Object.getOwnPropertyDescriptor(RegExp, '$1')
show(get.name, set.name, get.call({}), flags)
const { $1: first, $2: second } = /(?:^|;)(\w+)=(\w+)/.exec('a=b') && RegExp
show(first, second)
