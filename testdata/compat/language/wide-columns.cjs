// Columns of stack frames are units of UTF-16: a letter with an accent is one, a face two.
const where = (e) => e.stack.split("\n").filter((line) => line.includes("wide-columns")).map((line) => /:\d+:\d+/.exec(line)[0]).slice(0, 2);
const s = "é"; console.log(where(new Error("one")), s);
/* 日本語 */ const t = "😀😀"; console.log(where(new Error("two")), t);
try { const ü = "x", y = `€${ü}`; null[y]; } catch (e) { console.log(where(e)); }
const f = (ä = "ö") => { const g = (ß) => { throw new TypeError(ß); }; return g(ä); }; try { f(); } catch (e) { console.log(where(e)); }
const ascii = 1; console.log(where(new Error("plain")), ascii);
try { (0, eval)('"日本"; x y'); } catch (e) { console.log(e.name); }
const é = { è: () => ((a, b) => (new Error("in parentheses")))(1, "à") }; console.log(where(é.è()));
/* 多
行 */ console.log(where(new Error("after a comment of two lines")));
const tpl = `日
本 ${where(new Error("in a template"))} 語 ${where(new Error("again"))}`; console.log(tpl);
