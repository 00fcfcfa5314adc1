// A host, as host.go describes it, of sandboxes inside Node: node host.mjs KIND.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

// A kind has run(text), which evaluates text in a fresh sandbox and returns what
// it gives as text, and keep(text), which returns a sandbox that lives on.
const kinds = {
  async 'isolated-vm'() {
    const { default: ivm } = await import('isolated-vm');
    const make = text => {
      const isolate = new ivm.Isolate({ memoryLimit: 128 });
      return [isolate, String(isolate.createContextSync().evalSync(text))];
    };
    return {
      run(text) {
        const [isolate, result] = make(text);
        isolate.dispose();
        return result;
      },
      keep: make,
    };
  },

  // A context in an instance that all share: they share its linear memory.
  async 'quickjs-context'() {
    const { getQuickJS } = await import('quickjs-emscripten');
    return quickjs(await getQuickJS());
  },

  // An instance each; the module is compiled once, as V8 does for its own cache.
  async 'quickjs-instance'() {
    const { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC } = await import('quickjs-emscripten');
    const file = new URL(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));
    const variant = newVariant(RELEASE_SYNC, { wasmModule: await WebAssembly.compile(readFileSync(file)) });
    return {
      run: async text => quickjs(await newQuickJSWASMModuleFromVariant(variant)).run(text),
      keep: async text => quickjs(await newQuickJSWASMModuleFromVariant(variant)).keep(text),
    };
  },

  // The product's own engine, as it was built, run by V8 in place of wazero. The
  // instance is one and knows no contexts: each program is a function in it.
  async 'engine'() {
    const call = await engine(process.argv[3]);
    return { run: text => call(text) };
  },
};

function quickjs(module) {
  const make = text => {
    const runtime = module.newRuntime();
    const context = runtime.newContext();
    const value = context.unwrapResult(context.evalCode(text));
    const result = context.typeof(value) === 'string' ? context.getString(value) : String(context.dump(value));
    value.dispose();
    return [context, runtime, result];
  };
  return {
    run(text) {
      const [context, runtime, result] = make(text);
      context.dispose();
      runtime.dispose();
      return result;
    },
    keep: make,
  };
}

async function engine(file) {
  // Operations of bt_call: jsengine/guest.go.
  const INIT = 1, BUNDLE = 2, ALLOC = 7, COMPILE = 9;
  // Of the shared struct that INIT returns: what a call left, and where it lies.
  const VALUE = 24, LENGTH = 28;
  const module = await WebAssembly.compile(readFileSync(file));
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => {
      throw new Error(`the program called ${name}`);
    };
  }
  imports.wasi_snapshot_preview1.clock_time_get = (_id, _precision, at) => {
    new DataView(memory.buffer).setBigUint64(at, 1_700_000_000_000_000_000n, true);
    return 0;
  };
  const { memory, bt_call, _initialize } = (await WebAssembly.instantiate(module, imports)).exports;
  _initialize();
  const shared = Number(bt_call(INIT, 0, 0));
  const value = () => {
    const view = new DataView(memory.buffer);
    const at = view.getUint32(shared + VALUE, true);
    return new Uint8Array(memory.buffer).slice(at, at + view.getUint32(shared + LENGTH, true));
  };
  const step = (op, bytes) => {
    const at = Number(bt_call(ALLOC, bytes.length, 0));
    new Uint8Array(memory.buffer).set(bytes, at);
    return Number(bt_call(op, at, bytes.length)) >= 0;
  };
  const compile = body => {
    if (!step(COMPILE, Buffer.from(`(function (host) {${body}\n})\0`))) throw new Error(Buffer.from(value()).toString());
    return value();
  };
  if (!step(BUNDLE, compile('host.install({})'))) throw new Error(Buffer.from(value()).toString());
  // What comes out of a function here is only what it throws, and a stack.
  return text => {
    if (step(BUNDLE, compile(`throw '<' + (${text}\n) + '>'`))) throw new Error('it gave nothing');
    const thrown = Buffer.from(value()).toString();
    const [, result] = /^<(.*)>/s.exec(thrown) ?? [];
    if (result === undefined) throw new Error(thrown);
    return result;
  };
}

const kind = await kinds[process.argv[2]]();
const kept = [];

async function answer(url, text) {
  const number = name => Number(url.searchParams.get(name));
  switch (url.pathname) {
    case '/health':
      return 'ok';
    case '/run':
      return kind.run(text);
    case '/fresh': {
      const want = await kind.run(text);
      const took = [];
      const end = performance.now() + number('ms');
      do {
        const start = process.hrtime.bigint();
        const got = await kind.run(text);
        took.push(Number(process.hrtime.bigint() - start));
        if (got !== want) throw new Error(`it gave ${want} once and ${got} later`);
      } while (performance.now() < end && took.length < 50_000);
      return JSON.stringify(took);
    }
    case '/cpu': {
      gc(); // none pays for what the one before left
      const start = process.cpuUsage();
      const result = await kind.run(text);
      const { user, system } = process.cpuUsage(start);
      return JSON.stringify({ result, ns: (user + system) * 1000 });
    }
    case '/live':
      for (let n = number('n'); n > 0; n--) kept.push(await kind.keep(text));
      gc();
      return '';
  }
  throw new Error('no such path: ' + url.pathname);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', async () => {
    try {
      response.end(await answer(new URL(request.url, 'http://host'), Buffer.concat(chunks).toString()));
    } catch (e) {
      response.statusCode = 500;
      response.end(String(e));
    }
  });
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit()).resume(); // the parent holds its other end
