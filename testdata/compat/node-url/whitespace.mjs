// Tabs and line breaks in an authority are nowhere, as in the URL Standard: both parsers see one host.
import url from "node:url";
for (const text of ["http://a\n.com/x", "http://a\tb.com", "http://\r\na.com", "http://a.com\n/x", "http://us\ner@h.com", "http://h.com:8\n0/", "http://h.com/a\nb", "http://h.com\n", "http://h.com?a\nb", "http://a@\tb.com@c.com/"]) {
  const { host, auth, pathname, href } = url.parse(text);
  console.log(JSON.stringify({ host, auth, pathname, href }), new URL(text).host === host);
}
