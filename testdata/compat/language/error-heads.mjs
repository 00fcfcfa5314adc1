// A stack begins with the error's name and message as they are when it is first read.
class Named extends Error { constructor(m) { super(m); this.name = "Named"; } }
class Captured extends Error { constructor(m) { super(m); Error.captureStackTrace(this, Captured); this.name = "Captured"; } }
const head = (e) => e.stack.split("\n")[0];
console.log(head(new Named("x")), "|", head(new Captured("y")));
const e = new Error("m");
e.message = "changed";
console.log(head(e));
e.message = "again";
e.name = "Other";
console.log(head(e), "|", String(e));
const later = new TypeError();
later.message = "later";
console.log(head(later));
try {
  null.x;
} catch (e) {
  e.message = "while reading: " + e.message;
  console.log(head(e));
}
const again = new Error("first");
Error.captureStackTrace(again);
again.message = "second";
console.log(head(again));
const set = new Error("m");
set.stack = "mine";
set.message = "n";
console.log(set.stack);
console.log(head(Object.assign(new Error(""), { name: "" })) === "", head(new Error("two\nlines")));
