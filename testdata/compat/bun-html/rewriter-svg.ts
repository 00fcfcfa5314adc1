// HTMLRewriter: elements of SVG and MathML.
const t = (name: string, f: () => any) => { let s; try { s = f(); } catch (e: any) { s = `! ${e?.name} ${e?.code} ${e?.message}`; } console.log(`${name}:`, typeof s === "string" ? JSON.stringify(s) : s); };
t("svg", () => { const l: string[] = []; new HTMLRewriter().on("*", { element(e) { l.push(e.tagName + " " + e.namespaceURI.slice(-4)); } }).transform("<svg><title><b>x</b></title><foreignObject><p>y</p></foreignObject><![CDATA[<q>]]></svg><math><mi>z</mi></math><p>"); return l; });
