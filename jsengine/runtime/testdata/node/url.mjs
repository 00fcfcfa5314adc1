import { fileURLToPath, pathToFileURL, urlToHttpOptions, domainToASCII, domainToUnicode, format } from "node:url";
const show = (...v) => console.log(v.map((x) => (typeof x === "string" ? x : JSON.stringify(x))).join(" | "));
const attempt = (f) => { try { return f(); } catch (e) { return `${e.name} ${e.code ?? ""}`; } };
for (const s of ["https://u:p@h.example:444/a/b;c?q=1&r#f", "http://EXAMPLE.com:80/../x/./y", "file:///tmp/a%20b", "data:text/plain,hi", "blob:https://a.example/id", "http://[::ffff:1.2.3.4]/", "http://0x7f000001/", "http://münchen.de/ä?ö#ü", "mailto:a@b", "ws://h/", "javascript:alert(1)"]) {
  const u = new URL(s);
  show(u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash, JSON.stringify(u), String(u));
}
show(new URL("../x", "http://h/a/b/c").href, new URL("//other/y", "https://h/").href, new URL("?q", "http://h/p#z").href, new URL(new URL("http://z/q")).href);
show(attempt(() => new URL("nope")), attempt(() => new URL("x", "y")), attempt(() => new URL()), attempt(() => URL("http://x")));
show(URL.canParse("http://x"), URL.canParse("x"), URL.canParse("x", "http://y"));
const u = new URL("https://example.com/");
u.protocol = "http"; u.host = "h2:81"; u.pathname = "a b"; u.hash = "x"; u.username = "me"; u.password = "p@"; show(u.href);
u.port = ""; u.hostname = "h3"; u.protocol = "nonspecial"; show(u.href);
show(attempt(() => { u.href = "bad"; }));
show(Object.keys(URL.prototype).sort().join(), Object.prototype.toString.call(u), URL.name, URL.length);
show(fileURLToPath("file:///a%20b/c"), attempt(() => fileURLToPath("http://x")), attempt(() => fileURLToPath("file://host/x")), attempt(() => fileURLToPath("file:///a%2fb")));
show(pathToFileURL("/a b/#?%\\x").href, pathToFileURL("/d/").href);
show(urlToHttpOptions(new URL("https://a:b%20c@[::1]:8/p?q#h")));
show(domainToASCII("español.com"), domainToASCII("xn--iñvalid.com"), domainToUnicode("xn--espaol-zwa.com"));
show(format(new URL("https://u:p@xn--espaol-zwa.com/x?q#h"), { auth: false, fragment: false, search: false, unicode: true }));
