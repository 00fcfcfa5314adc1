import React, { createElement as h, useState, useContext, createContext, Suspense, lazy, useId, useMemo, useReducer, Fragment, memo, forwardRef, use } from 'react'
import { renderToString, renderToStaticMarkup, renderToPipeableStream } from 'react-dom/server'
import { Writable } from 'node:stream'
const Theme = createContext('light')
const Button = memo(({ label, children, ...rest }) => { const [n] = useState(() => 41); const theme = useContext(Theme); return h('button', { className: theme, ...rest }, label, n + 1, children) })
const Input = forwardRef((p, ref) => h('input', { ref, ...p }))
const List = ({ items }) => { const [s] = useReducer((x) => x, 'reduced'); const total = useMemo(() => items.reduce((a, b) => a + b, 0), [items]); return h('ul', { 'data-s': s }, items.map((i) => h('li', { key: i }, i)), h('li', null, 'total ', total)) }
const Ids = () => h(Fragment, null, h('label', { htmlFor: useId() }, 'x'), h('i', { id: useId() }))
class Old extends React.Component { state = { v: 'class' }; render() { return h('p', { style: { fontSize: 12, WebkitTransition: 'all', '--x': 1, marginTop: 0 } }, this.state.v, ' ', this.props.d) } static defaultProps = { d: 'default' } }
const App = () => h(Theme.Provider, { value: 'dark' }, h('main', { id: 'a', tabIndex: 0, hidden: false, 'aria-hidden': true, onClick() {} }, h(Button, { label: 'go <&">', disabled: true }, null, false, true, 0), h(List, { items: [1, 2, 3] }), h(Old), h(Ids), h(Input, { value: 'v', readOnly: true }), h('div', { dangerouslySetInnerHTML: { __html: '<b>raw</b>' } }), h('select', { defaultValue: 'b' }, h('option', { value: 'a' }, 'A'), h('option', { value: 'b' }, 'B')), h('textarea', { defaultValue: 'text' })))
console.log(renderToString(h(App)))
console.log(renderToStaticMarkup(h(App)))
const Late = lazy(async () => { await new Promise((r) => setTimeout(r, 5)); return { default: () => h('em', null, 'late') } })
const data = new Promise((r) => setTimeout(() => r('fetched'), 2))
const Data = () => h('span', null, use(data))
let out = ''
const sink = new Writable({ write(c, e, cb) { out += c; cb() } })
await new Promise((done) => {
  const s = renderToPipeableStream(h('div', null, h(Suspense, { fallback: 'loading' }, h(Late), h(Data))), { onAllReady() { s.pipe(sink); sink.on('finish', done) } })
})
console.log(out)
try { renderToString(h(() => { throw new Error('in render') })) } catch (e) { console.log(e.message) }
try { renderToString(h({})) } catch (e) { console.log(e.message.split('.')[0]) }
console.log(React.isValidElement(h('a')), React.Children.toArray([h('a'), null, 'x']).length, React.cloneElement(h('a', { x: 1 }), { y: 2 }).props)
