// Propagation through a chain of one-way constraints, replanned as values are
// edited: virtual calls, arrays as worklists, walks over a graph.
(() => {
  class Variable {
    constructor(name, value) { this.name = name; this.value = value; this.uses = []; this.by = null; this.mark = 0; }
  }
  class Constraint {
    constructor(...inputs) {
      this.output = inputs.pop();
      this.inputs = inputs;
      for (const v of inputs) v.uses.push(this);
      this.output.by = this;
    }
  }
  class Equal extends Constraint {
    execute() { this.output.value = this.inputs[0].value; }
  }
  class Scale extends Constraint {
    execute() { this.output.value = (this.inputs[0].value * this.inputs[1].value + this.inputs[2].value) % 65521; }
  }
  class Larger extends Constraint {
    execute() { this.output.value = Math.max(this.inputs[0].value, this.inputs[1].value); }
  }
  let mark = 0;
  const plan = from => {
    mark++;
    const order = [], stack = [[from, 0]];
    from.mark = mark;
    while (stack.length) {
      const top = stack[stack.length - 1];
      if (top[1] < top[0].uses.length) {
        const out = top[0].uses[top[1]++].output;
        if (out.mark !== mark) {
          out.mark = mark;
          stack.push([out, 0]);
        }
      } else {
        stack.pop();
        if (top[0].by) order.push(top[0].by);
      }
    }
    return order.reverse();
  };
  const scale = new Variable('scale', 3), offset = new Variable('offset', 7);
  const first = new Variable('v0', 1);
  let last = first, before = first;
  for (let i = 1; i <= 300; i++) {
    const v = new Variable('v' + i, 0);
    if (i % 3 === 0) new Equal(last, v);
    else if (i % 3 === 1) new Scale(last, scale, offset, v);
    else new Larger(last, before, v);
    before = last;
    last = v;
  }
  let check = 0;
  for (let i = 0; i < 40; i++) {
    const edit = [first, scale, offset][i % 3];
    edit.value = i + 2;
    for (const c of plan(edit)) c.execute();
    check = (check * 17 + last.value) % 1000003;
  }
  return check;
})()
