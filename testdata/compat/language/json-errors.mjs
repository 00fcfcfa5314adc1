// ref: node
// What JSON.parse says of texts that are not JSON.
const texts = [
  ...["", " ", "{", "{a", "{'a':1}", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{"a" 1}', '{"a":1 "b":2}', "[", "[1", "[1,", "[1,]", "[1 2]", "tru", "trux", "hello", "hello world this is a long text of no JSON", '{"key":"value","other":hello,"more":[1,2,3]}', '[1,2,3,4,5,6,7,8,9,10,x]', "undefined", "NaN", "[object Object]", "1 2", "01", "-", "-a", "1.", "1.a", "1e", "+1", ".5", '"abc', '"a\nb"', '"\\q"', '"\\u12"', '"\\u12x4"', "é", '["é", x]', "\u0001", '{"a":1}}', "null x", '{"a":"b"', "{1:2}", '{"a":tru}', '"a" "b"', "[\"a\" \"b\"]", "\ud83d\ude00", "'a'", "1 \n x"],
  ...['"\\', '"\\u', '"\\u1', '{"a":1', '{"a"}', '{"a":[1,2}', '[1,2', '{,}', '[,]', 'nul', 'Infinity', 'undefinedx', '-01', '1e+', '1e+x', '00', '1.5.5', '{"a":01}', '[1,\n2,\nx]', '{"a":1,"b"', '"tab\tx"', '{"a":1,,}', '12345678901234567890x', 'a23456789012345678901', '0123456789x', "tr", "f", "nulL", "true false", "[true, fals]", '\\', '{"\\', "{\"a\u0001\":1}"],
  '{"a":1,"b" 1}', '{"a":1,"b"x', '{"a":1,"b""c"', '{"é":1,"b" ', "[" .repeat(100), "[".repeat(100) + "}", '{"a":'.repeat(70) + "1" + "}".repeat(69),
];
for (const t of texts) {
  try {
    console.log("ok", JSON.stringify(JSON.parse(t)));
  } catch (e) {
    console.log(JSON.stringify(t), e.name, e.message);
  }
  try {
    JSON.parse(t, (k, v) => v);
  } catch (e) {
    console.log(e.message.length);
  }
}
for (const [what, f] of Object.entries({
  undefined: () => JSON.parse(undefined), object: () => JSON.parse({}), nothing: () => JSON.parse(), symbol: () => JSON.parse(Symbol()), bigint: () => JSON.stringify(1n), number: () => JSON.parse(12),
  "property of undefined": () => undefined.x, "of null": () => null["a b"], "call on undefined": () => undefined.x(), "set on undefined": () => { undefined.x = 1; }, "set on null": () => { null.x = 1; }, index: () => undefined[0], deep: () => ({}).a.b.c,
})) {
  try {
    console.log(what, f());
  } catch (e) {
    console.log(what, e.name, e.message);
  }
}
