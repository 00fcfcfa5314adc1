// A site of pages, a layout, Markdown and a route with parameters.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
mkdirSync('src/pages/posts', { recursive: true });
mkdirSync('src/layouts');
writeFileSync('src/layouts/Base.astro', '---\nconst { title } = Astro.props;\n---\n<html><head><title>{title}</title><style>b { color: red }</style></head><body><slot /></body></html>\n');
writeFileSync('src/pages/index.astro', '---\nimport Base from "../layouts/Base.astro";\nconst names = ["a", "b"];\n---\n<Base title="home">{names.map((n) => <b>{n}</b>)}</Base>\n');
writeFileSync('src/pages/text.md', '---\ntitle: text\n---\n# A *title*\n\n- one\n- two\n');
writeFileSync('src/pages/posts/[id].astro', '---\nexport const getStaticPaths = () => [1, 2].map((id) => ({ params: { id }, props: { square: id * id } }));\n---\n<p>{Astro.params.id}: {Astro.props.square}</p>\n');
const run = spawnSync('npx', ['astro', 'build'], { encoding: 'utf8', env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' } });
console.log(run.status, /4 page\(s\) built/.test(run.stdout));
for (const page of ['index', 'text/index', 'posts/1/index', 'posts/2/index']) {
  console.log(page, readFileSync(`dist/${page}.html`, 'utf8').replace(/data-astro-cid-\w+/g, 'cid').replace(/\[cid\]/g, '').trim());
}
