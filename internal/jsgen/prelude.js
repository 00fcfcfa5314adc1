import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
const pool = [0, "", [], {}, null, (x) => x, new Map(), new Uint8Array(4)];
let kept = 0, steps = 0;
const keep = (v) => { pool[kept++ % 12] = v; };
const pick = (i) => pool[i % pool.length];
const say = (...v) => console.log(...v);
const step = async (n, f) => {
	steps++;
	try {
		await f();
	} catch (e) {
		console.log("step", n, e instanceof Error ? e.stack : e);
	}
	await quiet();
};
for (const what of ["unhandledRejection", "uncaughtException"]) process.on(what, (e) => say(what, cut(e)));
const tick = () => new Promise((r) => setTimeout(r));
// quiet waits until nothing else is under way: what is, waits for few timers, and
// a turn of the event loop ends with its immediates.
const quiet = async () => {
	for (let i = 0; i < 6; i++) await tick();
	await new Promise((r) => setImmediate(r));
};
const cut = (s) => String(s).slice(0, 40);
const few = (a) => Array.from(a).slice(0, 12);
const end = () => {
	const digest = (v, depth) => {
		if (typeof v === "bigint") return `${v}n`;
		if (typeof v === "function" || typeof v === "symbol" || v === undefined) return typeof v;
		if (typeof v === "string") return v.slice(0, 20);
		if (typeof v !== "object" || v === null) return v;
		if (depth === 0) return "...";
		try {
			if (Array.isArray(v)) return v.slice(0, 5).map((x) => digest(x, depth - 1));
			return Object.keys(v).slice(0, 5).map((k) => [k, digest(v[k], depth - 1)]);
		} catch (e) {
			return e.name;
		}
	};
	return [steps, pool.map((v) => digest(v, 3))];
};
