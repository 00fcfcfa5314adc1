// run: bun test ./time.ts
import { afterEach, expect, jest, setSystemTime, test } from "bun:test";
test("setSystemTime", () => { setSystemTime(new Date("2020-01-01T00:00:00Z")); console.log(new Date().toISOString(), Date.now(), new Date(5).getTime(), new Date() instanceof Date); setSystemTime(1000); console.log(Date.now()); setSystemTime(); console.log(Date.now() > 1600000000000); jest.setSystemTime(new Date("2021-06-01")); console.log(new Date().getFullYear()); jest.useRealTimers(); console.log(Date.now() > 1600000000000); });
test("fake timers", () => { jest.useFakeTimers(); let n = 0; setTimeout(() => n++, 1000); const i = setInterval(() => n++, 300); console.log(jest.getTimerCount?.()); jest.advanceTimersByTime(1000); console.log(n); clearInterval(i); jest.runAllTimers(); console.log(n); jest.useRealTimers(); });
test("now", () => { console.log(typeof jest.now?.(), expect.getState?.().currentTestName ?? "none"); });
