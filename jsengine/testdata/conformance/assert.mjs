// What the programs of this folder check with.
export function eq(got, want, what = "") {
  const show = (v) => (typeof v === "object" && v !== null ? JSON.stringify(v) : String(v));
  if (!Object.is(got, want) && show(got) !== show(want)) throw new Error(`${what} got ${show(got)}, want ${show(want)}`);
}
export function throws(f, name) {
  try {
    f();
  } catch (e) {
    eq(e.name, name);
    return e;
  }
  throw new Error(`no ${name}`);
}
