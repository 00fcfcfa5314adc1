import { marked, Marked, Renderer } from 'marked'
const text = `# Title with \`code\`\n\nA *para* with **bold**, ~~gone~~, [link](http://x.y "t") and <b>html</b>.\nhttps://auto.link & more.\n\n- one\n- two\n  1. nested\n  2. again\n- [x] done\n- [ ] todo\n\n> quote\n> > deep\n\n| a | b |\n|---|:-:|\n| 1 | **2** |\n\n\`\`\`js\nif (a < b) {}\n\`\`\`\n\n![img](a.png)\n\n---\n\nHard  \nbreak\\\nhere\n`
console.log(marked.parse(text))
console.log(marked.parseInline('*em* `x` <script>'))
console.log(marked.lexer('# a\n\n- b').map((t) => t.type + ':' + JSON.stringify(t.raw)))
const m = new Marked({ gfm: true, breaks: true }, {
  renderer: { heading({ tokens, depth }) { return `<h${depth} class="x">${this.parser.parseInline(tokens)}</h${depth}>\n` }, link({ href, text }) { return `[${text}](${href})` } },
  extensions: [{ name: 'mention', level: 'inline', start: (s) => s.indexOf('@'), tokenizer(s) { const x = /^@(\w+)/.exec(s); if (x) return { type: 'mention', raw: x[0], who: x[1] } }, renderer: (t) => `<u>${t.who}</u>` }],
  walkTokens(t) { if (t.type === 'strong') t.type = 'em' },
  hooks: { postprocess: (h) => h + '<!-- end -->' },
})
console.log(m.parse('## Hi @bob\nline\n**strong** [a](b)'))
console.log(await new Marked({ async: true, walkTokens: async (t) => { if (t.type === 'code') t.text = await Promise.resolve('late') } }).parse('```\nx\n```'))
console.log(new Renderer().hr({}).trim())
try { marked.parse(undefined) } catch (e) { console.log(e.message.split('\n')[0]) }
