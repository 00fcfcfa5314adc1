// What JSON.parse says where a number, a string or a strange escape stands.
for (const text of ['n1', 't"', 'fa-se', 'nul0', '[tru-1]', '{"a":n"b"}', '{"a":1,"b"-1}', '{"a":1,"b""c"}', 'f', 'nulx', '"\\\u2028"', '"\\\u1234"', '"\\\u00e9\u1234"', '"\\x"']) {
  try {
    console.log(JSON.parse(text));
  } catch (e) {
    console.log(e.name, JSON.stringify(e.message));
  }
}
