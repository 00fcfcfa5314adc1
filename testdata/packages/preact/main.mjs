import { h, Fragment, createContext, toChildArray, cloneElement, Component } from 'preact'
import { useState, useMemo, useContext, useReducer, useRef } from 'preact/hooks'
import { render, renderToStringAsync } from 'preact-render-to-string'
import { Suspense, lazy } from 'preact/compat'
import htm from 'preact/compat'
const Theme = createContext('light')
class Old extends Component { constructor() { super(); this.state = { n: 1 } } componentWillMount() { this.setState({ n: 2 }) } render({ k }, { n }) { return h('p', { class: 'c' }, k, n) } }
const Fn = ({ list }) => { const [x] = useState('st'); const [r] = useReducer((s) => s, 7); const m = useMemo(() => list.length, [list]); const ref = useRef(0); return h('ul', { style: { fontSize: 12, color: 'red' }, 'data-r': r }, list.map((v) => h('li', { key: v }, v)), x, m, ref.current, useContext(Theme)) }
console.log(render(h(Theme.Provider, { value: 'dark' }, h('div', { id: 'a', hidden: true, tabIndex: 0, onClick() {} }, h(Fn, { list: ['<', '&'] }), h(Old, { k: 'v' }), null, false, 0, h(Fragment, null, 'x', h('br')), h('input', { value: '"q"', checked: true }), h('div', { dangerouslySetInnerHTML: { __html: '<b>' } })))))
console.log(render(h('svg', { viewBox: '0 0 1 1' }, h('path', { strokeWidth: 2, d: 'M0' })), null, { pretty: true }))
const Late = lazy(async () => ({ default: () => h('i', null, 'late') }))
console.log(await renderToStringAsync(h(Suspense, { fallback: 'wait' }, h(Late))))
console.log(toChildArray([1, [null, 'a']]), cloneElement(h('a', { x: 1 }, 'c'), { y: 2 }).props, typeof htm.useId)
