// The first line of a stack has what a class of errors computes for its name and message, when the stack is first read.
const head = (e) => e.stack.split("\n    at")[0];
const printed = (v) => console.log(v instanceof Error ? head(v) : v);

class Named extends Error {
  get name() {
    console.log("asked");
    return "Named";
  }
}
const named = new Named("once");
console.log("made");
printed(named);
printed(named);

class ByClass extends Error {
  get name() {
    return this.constructor.name;
  }
}
printed(new ByClass("by class"));

class Issues extends Error {
  constructor(issues) {
    super();
    this.name = "Issues";
    this.issues = issues;
  }
  get message() {
    return JSON.stringify(this.issues);
  }
}
printed(new Issues([{ path: ["a"] }]));
printed(new Issues());

class Later extends Error {
  constructor(kind) {
    super("later");
    this.kind = kind;
  }
  get name() {
    return this.kind;
  }
}
printed(new Later("kind"));
printed(new Later(undefined));
printed(new Later({ toString: () => "object" }));
printed(new Later(""));

// What computing throws is thrown by the read, and the next read tries again.
let times = 0;
class Thrower extends Error {
  get name() {
    if (times++ === 0) throw new RangeError("no name");
    return "Thrower";
  }
}
const thrower = new Thrower("twice");
try {
  printed(thrower);
} catch (e) {
  console.log(e.name, e.message);
}
printed(thrower);

// A read of the stack within the read of the stack.
class Nested extends Error {
  get name() {
    this.depth = (this.depth ?? 0) + 1;
    return this.depth < 3 ? head(this).split(":")[0] + this.depth : "Nested";
  }
}
console.log(head(new Nested("n")).endsWith(": n"));

// The stack is deleted or put in while its first line is made.
class Deleter extends Error {
  get name() {
    delete this.stack;
    return "Deleter";
  }
}
printed(typeof new Deleter("gone").stack);
class Setter extends Error {
  get name() {
    this.stack = "mine";
    return "Setter";
  }
}
const setter = new Setter("set");
console.log(typeof setter.stack, typeof setter.stack);

const given = { get name() { return "given"; }, get message() { return "object"; } };
Error.captureStackTrace(given);
printed(given.stack.split("\n")[0]);

console.log(Object.create(new Later("inherited")).stack.split("\n")[0]);

// What is read lets go of the error while its first line is made.
const dropped = [];
class Dropper extends Error {
  get name() {
    for (const o of dropped.splice(0)) Object.setPrototypeOf(o, null);
    return `D${[..."ropper"].map((c) => new Error(c).message).join("")}`;
  }
}
for (let i = 0; i < 3; i++) {
  const o = Object.create(new Dropper(`gone ${i}`));
  dropped.push(o);
  console.log(o.stack.split("\n")[0], o.stack);
}
