const MarkdownIt = require('markdown-it')
const md = new MarkdownIt({ html: false, linkify: true, typographer: true, breaks: false })
const text = `# Head *em*\n\nPara "quoted" -- dash... (c) www.example.com <b>no</b>\n\n1. one\n2. two\n\n   para\n\n* a\n    * b\n\n> q\n\n| x | y |\n|:--|--:|\n| 1 | 2 |\n\n\`\`\`js {1}\nx < y\n\`\`\`\n\n    indented\n\n![alt *e*](src.png "t") ~~del~~ [ref][r] \`\`a\`b\`\`\n\n[r]: http://ref.example 'title'\n\n***\n`
console.log(md.render(text))
console.log(md.renderInline('**b** <i> javascript [x](javascript:alert) &copy; &#65;'))
console.log(md.parse('a\n\n- b', {}).map((t) => `${'  '.repeat(t.level)}${t.type}${t.content ? ' ' + t.content : ''}`).join('\n'))
const custom = new MarkdownIt('commonmark')
custom.use((m) => {
  m.inline.ruler.before('emphasis', 'mark', (state, silent) => {
    if (state.src.slice(state.pos, state.pos + 2) !== '==') return false
    const end = state.src.indexOf('==', state.pos + 2)
    if (end < 0) return false
    if (!silent) { state.push('mark_open', 'mark', 1); state.push('text', '', 0).content = state.src.slice(state.pos + 2, end); state.push('mark_close', 'mark', -1) }
    state.pos = end + 2
    return true
  })
  const old = m.renderer.rules.image
  m.renderer.rules.image = (tokens, i, ...rest) => '[' + old(tokens, i, ...rest) + ']'
})
console.log(custom.render('==hi== *x* ![a](b) <b>raw</b>'), custom.utils.escapeHtml('<"&>'), md.linkify.test('see example.com'))
