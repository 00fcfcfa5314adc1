// An operating system of tasks that pass packets to each other: classes,
// dispatch over several shapes, queues as linked lists.
(() => {
  class Packet {
    constructor(kind) { this.kind = kind; this.next = null; this.hops = 0; this.data = [0, 0, 0, 0]; }
  }
  class Task {
    constructor(system, id, priority) { this.system = system; this.id = id; this.priority = priority; this.head = this.tail = null; this.runs = 0; }
    post(p) {
      p.next = null;
      if (this.tail) this.tail.next = p; else this.head = p;
      this.tail = p;
    }
    take() {
      const p = this.head;
      this.head = p.next;
      if (!this.head) this.tail = null;
      return p;
    }
    get ready() { return this.head !== null; }
    run() { this.runs++; this.handle(this.take()); }
  }
  class Worker extends Task {
    handle(p) {
      for (let i = 0; i < 4; i++) p.data[i] = (p.data[i] * 5 + this.id + i) & 0xffff;
      p.hops++;
      this.system.send(p, p.kind === 'a' ? 'device' : 'handler');
    }
  }
  class Handler extends Task {
    handle(p) {
      this.system.check = (this.system.check * 31 + p.data[p.hops & 3]) % 1000003;
      this.system.send(p, 'worker');
    }
  }
  class Device extends Task {
    constructor(...args) { super(...args); this.wait = 0; }
    handle(p) {
      this.wait = (this.wait + 1) % 3;
      p.kind = this.wait === 0 ? 'b' : 'a';
      this.system.send(p, this.wait === 1 ? 'handler' : 'worker');
    }
  }
  class System {
    constructor() { this.tasks = []; this.byKind = { worker: [], handler: [], device: [] }; this.check = 1; this.turn = 0; }
    add(kind, Class, priority) {
      const t = new Class(this, this.tasks.length, priority);
      this.tasks.push(t);
      this.byKind[kind].push(t);
    }
    send(p, kind) {
      const to = this.byKind[kind];
      to[this.turn++ % to.length].post(p);
    }
    step() {
      let best = null;
      for (const t of this.tasks) if (t.ready && (!best || t.priority - t.runs * 3 > best.priority - best.runs * 3)) best = t;
      if (best) best.run();
      return best !== null;
    }
  }
  const s = new System();
  s.add('worker', Worker, 1000);
  s.add('handler', Handler, 2000);
  s.add('device', Device, 3000);
  s.add('device', Device, 4000);
  s.add('worker', Worker, 1500);
  for (let i = 0; i < 6; i++) s.send(new Packet(i % 2 ? 'a' : 'b'), i % 3 ? 'worker' : 'device');
  let steps = 0;
  while (steps < 6000 && s.step()) steps++;
  return s.check * 10 + s.tasks.reduce((n, t) => n + t.runs * (t.id + 1), 0) % 10;
})()
