# Options, NODE_OPTIONS and NODE_NO_WARNINGS say which warnings are printed; listeners hear of all.
unset NODE_NO_WARNINGS
cat > warn.cjs <<'JS'
process.on("warning", (w) => console.log("heard", w.name, w.code));
process.on("uncaughtException", (e) => console.log("thrown", e.name, e.code));
process.emitWarning("one", { code: "W1" });
process.emitWarning("two", "DeprecationWarning", "DEP9");
process.emitWarning("three", "ExperimentalWarning");
JS
said() { echo "-- $*"; env "$@" 2>&1 | sed -E 's/\(node:[0-9]+\)/(node)/; /^    at /d'; }
said node warn.cjs
said node --no-warnings warn.cjs
said node --no-warnings --warnings warn.cjs
said node --no-deprecation warn.cjs
said node --throw-deprecation warn.cjs
said node --trace-deprecation warn.cjs
said node --disable-warning=W1 --disable-warning=ExperimentalWarning warn.cjs
said NODE_NO_WARNINGS=1 node warn.cjs
said NODE_NO_WARNINGS=0 node warn.cjs
said NODE_OPTIONS="--no-warnings" node warn.cjs
said NODE_OPTIONS="--no-warnings" node --warnings warn.cjs
said NODE_OPTIONS="  --no-deprecation   --trace-warnings" node warn.cjs
said NODE_OPTIONS=--unhandled-rejections=none node -e 'Promise.reject(new Error("quiet")); setTimeout(() => console.log("went on"), 1)'
