// Intl.DateTimeFormat and Date's toLocale methods, English, with time zones.
const d = new Date(Date.UTC(2024, 1, 9, 15, 4, 5, 67));
const f = (o, l = 'en-US', x = d) => { try { return new Intl.DateTimeFormat(l, { timeZone: 'UTC', ...o }).format(x); } catch (e) { return e.name + ': ' + e.message; } };
for (const o of [
  {}, { dateStyle: 'full' }, { dateStyle: 'long' }, { dateStyle: 'medium' }, { dateStyle: 'short' }, { timeStyle: 'full' }, { timeStyle: 'long' }, { timeStyle: 'medium' }, { timeStyle: 'short' },
  { dateStyle: 'full', timeStyle: 'short' }, { dateStyle: 'short', timeStyle: 'medium' }, { dateStyle: 'medium', timeStyle: 'long' },
  { year: 'numeric' }, { month: 'long' }, { month: 'short' }, { month: '2-digit' }, { month: 'narrow' }, { day: 'numeric' }, { weekday: 'long' }, { weekday: 'short' }, { weekday: 'narrow' },
  { year: 'numeric', month: 'long', day: 'numeric' }, { year: 'numeric', month: 'short', day: 'numeric' }, { year: '2-digit', month: '2-digit', day: '2-digit' }, { year: 'numeric', month: '2-digit', day: '2-digit' },
  { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, { weekday: 'short', month: 'short', day: 'numeric' }, { year: 'numeric', month: 'long' }, { month: 'long', day: 'numeric' }, { month: 'short', day: '2-digit' },
  { hour: 'numeric' }, { hour: 'numeric', minute: '2-digit' }, { hour: '2-digit', minute: '2-digit', second: '2-digit' }, { hour: 'numeric', minute: 'numeric', hour12: false }, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  { minute: '2-digit', second: '2-digit' }, { hour: 'numeric', minute: 'numeric', second: 'numeric', fractionalSecondDigits: 3 }, { hour: 'numeric', dayPeriod: 'short' },
  { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }, { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  { timeZoneName: 'short' }, { timeZone: 'America/New_York', timeZoneName: 'short' }, { timeZone: 'America/New_York', dateStyle: 'short', timeStyle: 'long' }, { timeZone: 'Asia/Kolkata', dateStyle: 'medium', timeStyle: 'short' },
  { timeZone: 'Europe/Berlin', hour: 'numeric', minute: 'numeric', timeZoneName: 'long' }, { timeZone: 'Asia/Tokyo', timeZoneName: 'longOffset' }, { timeZone: 'America/St_Johns', timeZoneName: 'shortOffset' }, { era: 'short' },
  { timeZone: 'Nowhere/Land' }, { dateStyle: 'huge' }, { dateStyle: 'full', year: 'numeric' },
]) console.log(JSON.stringify(o), f(o));
console.log(f({}, 'en-GB'), '|', f({ dateStyle: 'full' }, 'en-GB'), '|', f({ dateStyle: 'short' }, 'en-CA'));
console.log(d.toLocaleDateString(), '|', d.toLocaleTimeString(), '|', d.toLocaleString());
console.log(d.toLocaleDateString('en-US', { month: 'short', day: 'numeric', year: 'numeric' }), d.toLocaleTimeString('en-US', { hour: '2-digit', minute: '2-digit', timeZone: 'America/Los_Angeles' }));
console.log(new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'long', timeStyle: 'short' }).formatToParts(d).map((p) => p.type + '=' + p.value).join(' '));
console.log(new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York' }).formatToParts(d).map((p) => p.value).join(''));
console.log(new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'medium' }).formatRange(d, new Date(+d + 86400e3 * 3)));
console.log(new Intl.DateTimeFormat('en-US', { timeZone: 'UTC' }).resolvedOptions());
console.log(new Intl.DateTimeFormat().resolvedOptions().timeZone);
try { f({}, 'en-US', new Date(NaN)); new Intl.DateTimeFormat('en').format(NaN); } catch (e) { console.log(e.name, e.message); }
console.log(new Date(NaN).toLocaleString(), new Date(0).toLocaleString('en-US', { timeZone: 'UTC', timeZoneName: 'short' }));
for (const [zone, t] of [['America/New_York', Date.UTC(2024, 2, 10, 7)], ['America/New_York', Date.UTC(2024, 10, 3, 6)], ['Europe/London', Date.UTC(2024, 6, 1)], ['Australia/Sydney', Date.UTC(2024, 0, 1)], ['Pacific/Apia', Date.UTC(2011, 11, 30, 12)]]) {
  console.log(zone, new Date(t).toLocaleString('en-US', { timeZone: zone, timeZoneName: 'short' }));
}
