// The error of a bad name says which method was called, and that of a bad delay is Node's.
const h = new Headers();
for (const f of [() => new Headers({ "b d": "x" }), () => h.set("a b", "c"), () => h.get("a b"), () => h.has("a b"), () => h.delete("a b"), () => h.append("a b", "c"), () => new Headers([["", "c"]])]) {
  try {
    console.log(f());
  } catch (e) {
    console.log(e.name, e.message);
  }
}
for (const delay of [-1, "5", 1.5, 2 ** 32, NaN, undefined, null]) {
  try {
    console.log(AbortSignal.timeout(delay));
  } catch (e) {
    console.log(e.name, e.code, e.message);
  }
}
