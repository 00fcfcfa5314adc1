// performance: now, mark, measure, entries, observer, timeOrigin; navigator; queueMicrotask; timers.
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e?.name, e?.code ?? ''); } };
await t('now', () => [typeof performance.now(), performance.now() <= performance.now(), typeof performance.timeOrigin]);
await t('mark', () => { const m = performance.mark('a', { detail: { x: 1 }, startTime: 5 }); return [m.name, m.entryType, m.startTime, m.duration, m.detail, m instanceof PerformanceMark, m instanceof PerformanceEntry]; });
await t('measure', () => { performance.mark('s', { startTime: 10 }); performance.mark('e', { startTime: 25 }); const m = performance.measure('m', 's', 'e'); return [m.name, m.entryType, m.startTime, m.duration, m instanceof PerformanceMeasure]; });
await t('measure options', () => { const m = performance.measure('o', { start: 1, duration: 4, detail: 'd' }); return [m.startTime, m.duration, m.detail]; });
await t('missing mark', () => performance.measure('x', 'nope'));
await t('entries', () => [performance.getEntriesByName('m').length, performance.getEntriesByType('mark').map((e) => e.name), performance.getEntries().filter((e) => e.entryType === 'measure').map((e) => e.name)]);
await t('clear', () => { performance.clearMarks('a'); performance.clearMeasures(); return [performance.getEntriesByType('mark').length, performance.getEntriesByType('measure').length]; });
await t('json', () => { const j = performance.mark('j', { startTime: 1 }).toJSON(); return j; });
await t('observer', async () => { const got = []; const o = new PerformanceObserver((list) => { got.push(...list.getEntries().map((e) => e.name)); }); o.observe({ entryTypes: ['mark'] }); performance.mark('seen'); await new Promise((r) => setTimeout(r, 20)); o.disconnect(); performance.mark('unseen'); await new Promise((r) => setTimeout(r, 20)); return got; });
await t('supported', () => PerformanceObserver.supportedEntryTypes.includes('mark'));
await t('toJSON', () => Object.keys(performance.toJSON()).includes('timeOrigin'));
await t('microtasks', async () => { const log = []; queueMicrotask(() => log.push('micro')); setTimeout(() => log.push('timer'), 0); Promise.resolve().then(() => log.push('promise')); await new Promise((r) => setTimeout(r, 10)); return log; });
await t('bad microtask', () => queueMicrotask(1));
await t('illegal', () => new PerformanceEntry());
