import { JSDOM, VirtualConsole } from 'jsdom'
const dom = new JSDOM('<!doctype html><p id=a class="x y">one</p><script>document.title = "t" + (1 + 1); window.made = [1, 2]</script>', { runScripts: 'dangerously', url: 'https://example.test/p?q=1' })
const { document, Event } = dom.window
console.log(document.title, document.querySelector('p.y').textContent, dom.window.location.search, dom.window.made.length)
document.body.insertAdjacentHTML('beforeend', '<ul><li>1<li>2</ul><form><input name=n value=v></form>')
console.log([...document.querySelectorAll('li:nth-child(2)')].map((e) => e.outerHTML), new dom.window.FormData(document.forms[0]).get('n'))
const seen = []
document.querySelector('#a').addEventListener('click', (e) => seen.push(e.type, e.target.id, e.bubbles))
document.body.addEventListener('click', () => seen.push('body'))
document.querySelector('#a').click()
document.dispatchEvent(new Event('x'))
console.log(seen.join())
dom.window.eval('document.querySelector("#a").dataset.k = String(typeof Intl)')
console.log(document.querySelector('#a').outerHTML)
console.log(dom.serialize())
const errors = []
const quiet = new VirtualConsole().on('jsdomError', (e) => errors.push(e.message.split('\n')[0]))
new JSDOM('<script>nope()</script>', { runScripts: 'dangerously', virtualConsole: quiet })
console.log(errors.length)
console.log(new JSDOM('<b>x</b>').window.document.body.innerHTML, JSDOM.fragment('<i>1</i><i>2</i>').childNodes.length)
dom.window.close()
