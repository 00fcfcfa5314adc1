// The flag v has its own rules in a class, and none outside of one.
for (const [source, text] of [["a-b", "a-b"], ["a&&b", "a&&b"], ["--", "a--b"], ["a!!b~~", "a!!b~~"], ["@@-<<", "@@-<<"], ["(a-)-(?<b>-)", "a---"], ["[a-c]-[\\-]", "b--"], ["-{2}", "--"]]) {
  console.log(source, new RegExp(source, "v").exec(text)?.[0]);
}
for (const source of ["[a--b]", "[a&&b]", "[(]", "[a-]", "[|]"]) {
  try {
    console.log(source, new RegExp(source, "v").test("a"));
  } catch (e) {
    console.log(e.message);
  }
}
