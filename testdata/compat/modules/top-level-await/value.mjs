export default await (async () => { await null; return "value"; })();
