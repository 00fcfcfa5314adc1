// A tokenizer and a recursive-descent parser for arithmetic, and an evaluator
// over its tree.
(() => {
  const tokens = text => {
    const out = [];
    for (let i = 0; i < text.length;) {
      const c = text[i];
      if (c >= '0' && c <= '9') {
        let j = i + 1;
        while (j < text.length && text[j] >= '0' && text[j] <= '9') j++;
        out.push({ type: 'number', value: parseInt(text.slice(i, j), 10) });
        i = j;
      } else {
        if (c !== ' ') out.push({ type: c });
        i++;
      }
    }
    out.push({ type: 'end' });
    return out;
  };
  const parse = list => {
    let at = 0;
    const peek = () => list[at].type;
    const primary = () => {
      const t = list[at++];
      if (t.type === 'number') return t;
      if (t.type === '-') return { type: 'negate', of: primary() };
      if (t.type !== '(') throw new SyntaxError('unexpected ' + t.type);
      const e = sum();
      if (list[at++].type !== ')') throw new SyntaxError('expected )');
      return e;
    };
    const product = () => {
      let e = primary();
      while (peek() === '*' || peek() === '%') e = { type: list[at++].type, left: e, right: primary() };
      return e;
    };
    const sum = () => {
      let e = product();
      while (peek() === '+' || peek() === '-') e = { type: list[at++].type, left: e, right: product() };
      return e;
    };
    return sum();
  };
  const evaluate = e => {
    switch (e.type) {
      case 'number': return e.value;
      case 'negate': return -evaluate(e.of);
      case '+': return (evaluate(e.left) + evaluate(e.right)) % 1000003;
      case '-': return (evaluate(e.left) - evaluate(e.right)) % 1000003;
      case '*': return (evaluate(e.left) * evaluate(e.right)) % 1000003;
      default: return evaluate(e.left) % (evaluate(e.right) || 1);
    }
  };
  let text = '1';
  for (let i = 2; i < 120; i++) text = i % 5 ? `${text} + ${i} * (${i} - ${i % 7})` : `(${text}) % ${i * 91} - -${i}`;
  let n = 0;
  for (let r = 0; r < 12; r++) n = (n * 7 + evaluate(parse(tokens(text + ' + ' + r)))) % 1000003;
  return n;
})()
