// HTMLRewriter: which elements selectors match, and those that it does not take.
const page = `<main id=m class="top  Big"><p>1</p><p class=x lang=en-US>2 <b>3</b></p><div><p title="a b c">4</p><B>5</B><a href="HTTP://x/y.png">6</a></div><p>7</p></main><svg viewBox="0"><g/></svg><p>8</p>`;
const selectors = ["p", "P", "*", "main > p", "main p", "div p", "p b", "p > b", "main > div > p", "#m", "#M", ".x", ".big", ".Big.top", "main.top#m", "p.x", "p:first-child", "p:nth-child(2)", "p:nth-child(odd)", "p:nth-child(2n)", "p:nth-child(-n+2)", "p:nth-child(n + 3)",
  "p:first-of-type", "p:nth-of-type(2)", "p:nth-of-type(even)", "b:nth-of-type(1)", ":nth-child(4)", "p:not(.x)", "p:not(:first-child)", ":not(p)", "p:not(.x, :first-child)", "[id]", "[title='a b c']", '[title="a b c"]', "[title~=b]", "[title~='a b']", "[title^=a]", "[title$=c]", "[title*=' b']", "[lang|=en]", "[lang|=e]",
  "[href$='.PNG']", "[href$='.PNG' i]", "[href$='.png' s]", "[href^=http i]", "[class='x']", "[viewbox]", "[title^='']", "p, b", "p,b , a", "svg", "g", "svg > g", "  p  ", "main  >  p.x", "div>*", "html p", "*.x", "*#m > *:nth-child(2)", "p[title][title='a b c']", "body", "a[href]:not([href^='http:'])", "\\70", "p\\:x", ".\\78"];
for (const s of selectors) {
  const hits: string[] = [];
  try {
    new HTMLRewriter().on(s, { element(e) { hits.push(e.tagName + (e.getAttribute("class") ?? "")); } }).transform(page);
    const texts: string[] = [];
    new HTMLRewriter().on(s, { text(c) { if (c.text !== "") texts.push(c.text); } }).transform(page);
    console.log(JSON.stringify(s), hits.join(" "), "|", texts.join(""));
  } catch (e: any) { console.log(JSON.stringify(s), "!", e.name, e.code, e.message); }
}
for (const s of ["", " ", ">", "p >", "> p", "p > > b", "p + b", "p ~ b", "p || b", "p::before", "p:hover", "p:is(a)", "p:where(a)", "p:has(b)", ":root", "p:last-child", "p:only-child", "p:nth-last-child(1)", "p:empty", "p:not()", "p:not(b", "p:not(a b)", "p:not(:not(a))", "svg|a", "*|p", "|p", "p,", ",p", "p,,b", ".", "#", "p.", "p..x", "#1", ".1a", "[", "[a", "[a=]", "[a=b", "[a='b]", "[a='b' x]", "[a b]", "[=b]", "[a%=b]", "p:nth-child()", "p:nth-child(x)", "p:nth-child(2 of p)", "p:nth-child", "p b)", "p{", "&", "1p", "-p", "--p", "p:first-child()", "*p", "p*", "!p", "@p", "p/**/b", "é"]) {
  try { new HTMLRewriter().on(s, { element() {} }); console.log("ok", JSON.stringify(s)); } catch (e: any) { console.log("no", JSON.stringify(s), e.name, e.code, e.message); }
}
